import Foundation
import SpeechEngine
import Testing

@Suite("Hearing less than a window")
struct AudioContextTests {
  private func transcriber() throws -> Transcriber {
    try Transcriber(WhisperModel(contentsOf: Goldens.demo, computeType: .float32))
  }

  private func options(_ context: AudioContext) -> TranscriptionOptions {
    var options = TranscriptionOptions()
    options.audioContext = context
    return options
  }

  @Test("exact is the default") func defaultContext() {
    #expect(TranscriptionOptions().audioContext == .full)
  }

  @Test("short recordings say with a short context what they say in full, with few exceptions") func shortRecordings()
    throws
  {
    let transcriber = try transcriber()
    let clips = try (0..<12).map { try AudioClip(contentsOf: Goldens.audio(String(format: "note%03d", $0))) }
    let same = try clips.filter { clip in
      try transcriber.transcribe(clip, options(.adaptive)).text == transcriber.transcribe(clip, options(.full)).text
    }
    #expect(same.count >= 10)
  }

  @Test("recordings of several windows, and those with text before them, are heard in full") func longRecordings()
    throws
  {
    let transcriber = try transcriber()
    let visits = try (1...6).flatMap { try AudioClip(contentsOf: Goldens.audio("visit\($0)")).samples }
    let long = AudioClip(samples: visits)
    try #require(long.duration > 30)
    #expect(
      try transcriber.transcribe(long, options(.adaptive)).segments
        == transcriber.transcribe(long, options(.full)).segments)
    let clip = try AudioClip(contentsOf: Goldens.audio("note000"))
    var (short, full) = (options(.adaptive), options(.full))
    short.initialPrompt = .text("Met with Anna.")
    full.initialPrompt = .text("Met with Anna.")
    #expect(try transcriber.transcribe(clip, short).segments == transcriber.transcribe(clip, full).segments)
  }

  @Test("what looks odd is heard again in full") func doubt() throws {
    let transcriber = try transcriber()
    let clip = try AudioClip(contentsOf: Goldens.audio("note000"))
    var (short, full) = (options(.adaptive), options(.full))
    // No text is likely enough, so none that comes of a short context counts.
    short.logProbThreshold = 0
    full.logProbThreshold = 0
    short.temperatures = [0]
    full.temperatures = [0]
    #expect(try transcriber.transcribe(clip, short).segments == transcriber.transcribe(clip, full).segments)
    let silence = AudioClip(samples: [Float](repeating: 0, count: 80_000))
    #expect(
      try transcriber.transcribe(silence, options(.adaptive)).segments
        == transcriber.transcribe(silence, options(.full)).segments)
  }

  @Test("words are timed from a short context too") func words() throws {
    let transcriber = try transcriber()
    let clip = try AudioClip(contentsOf: Goldens.audio("note000"))
    var (short, full) = (options(.adaptive), options(.full))
    short.wordTimestamps = true
    full.wordTimestamps = true
    let found = try transcriber.transcribe(clip, short).segments.flatMap { $0.words ?? [] }
    let expected = try transcriber.transcribe(clip, full).segments.flatMap { $0.words ?? [] }
    #expect(found.map(\.word) == expected.map(\.word))
    for (a, b) in zip(found, expected) { #expect(abs(a.start - b.start) <= 0.3) }
  }
}
