import Foundation
import SpeechEngine
import Testing

@Suite("Windows decoded together", .serialized)
struct BatchTests {
  private func visit(_ number: Int) throws -> AudioClip { try AudioClip(contentsOf: Goldens.audio("visit\(number)")) }

  @Test("several recordings together say what each says alone") func recordings() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo, computeType: .float32))
    let clips = try (1...4).map(visit)
    let together = try transcriber.transcribe(clips.map { $0 as any SampleSource }).map { try $0.get() }
    for (clip, found) in zip(clips, together) {
      let alone = try transcriber.transcribe(clip)
      #expect(found.segments.map(\.tokens) == alone.segments.map(\.tokens))
      #expect(found.segments.map(\.start) == alone.segments.map(\.start))
      #expect(found.duration == clip.duration)
    }
  }

  @Test("the size of a batch changes nothing, samples included") func batchSizes() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo, computeType: .float32))
    let clip = AudioClip(samples: try (1...6).flatMap { try visit($0).samples })
    var options = TranscriptionOptions()
    options.voiceActivity = .batched()
    for temperatures: [Float] in [[0], [0.8]] {
      options.temperatures = temperatures
      let found = try [1, 3, 8].map { size in
        options.batchSize = size
        return try transcriber.transcribe(clip, options).segments
      }
      #expect(found[0].count >= 3)
      for other in found.dropFirst() { #expect(other.map(\.tokens) == found[0].map(\.tokens)) }
    }
  }

  @Test("windows of a batch that fail are tried at the next temperature, the others are not") func fallback() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo, computeType: .float32))
    let clips = try [1, 2, 3, 4].map { try visit($0).samples }
    let ends = clips.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + Double($1.count) / 16_000) }
    var options = TranscriptionOptions()
    options.batchSize = 8
    options.clipTimestamps = zip(ends, ends.dropFirst()).flatMap { [$0, $1] }
    options.noSpeechThreshold = nil
    options.temperatures = [0]
    options.logProbThreshold = nil
    let recording = AudioClip(samples: clips.flatMap { $0 })
    let plain = try transcriber.transcribe(recording, options).segments
    let likely = Set(plain.map(\.avgLogprob)).sorted()
    try #require(likely.count == 4)
    let border = (likely[1] + likely[2]) / 2
    options.temperatures = [0, 0.5]
    options.logProbThreshold = border
    let found = try transcriber.transcribe(recording, options).segments
    for window in Set(plain.map(\.seek)) {
      let before = try #require(plain.first { $0.seek == window })
      let after = try #require(found.first { $0.seek == window })
      #expect(after.temperature == (before.avgLogprob < border ? 0.5 : 0))
      if after.temperature == 0 { #expect(after.tokens == before.tokens) }
    }
  }

  @Test("a recording that can't be read leaves the others alone") func unreadable() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo))
    let results = try transcriber.transcribe([try visit(1), BrokenSource(), try visit(2)])
    #expect(results.count == 3)
    #expect(try !results[0].get().text.isEmpty && !results[2].get().text.isEmpty)
    #expect(throws: AudioError.self) { try results[1].get() }
  }

  @Test("silence in a batch is left out and said so") func silence() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo))
    let speech = try visit(2).samples
    let clip = AudioClip(samples: speech + [Float](repeating: 0, count: 640_000) + speech)
    var options = TranscriptionOptions()
    options.batchSize = 4
    options.chunkLength = 15  // a window for each of the two
    options.voiceActivity = .batched()
    let found = try transcriber.transcribe(clip, options)
    let gap = try #require(found.skipped.first { $0.end - $0.start > 30 })
    #expect(gap.reason == .voiceActivity)
    #expect(found.durationAfterVAD < found.duration - 30)
    #expect(found.segments.allSatisfy { $0.end <= gap.start + 1 || $0.start >= gap.end - 1 })
    #expect(found.segments.contains { $0.start >= gap.end - 1 })
  }
}

/// A recording whose file went away.
private struct BrokenSource: SampleSource {
  let count = 160_000

  func read(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws(AudioError) {
    throw .unreadable(URL(filePath: "/gone.wav"), reason: "gone")
  }
}
