import Foundation
import SpeechEngine
import Testing

@Suite("Recordings from a desk", .serialized)
struct RecordingDeskTests {
  /// Hands out what it has, and keeps what comes back.
  private final class Desk: RecordingDesk {
    var waiting: [QueuedRecording]
    var saved: [HeardSoFar] = []
    var results: [Int: Transcription] = [:]
    var withdrawn: Set<Int> = []
    var onProgress: (Int, Double) throws -> Void = { _, _ in }
    private var segments: [Segment] = []

    init(_ waiting: [QueuedRecording]) { self.waiting = waiting }

    func next() -> QueuedRecording? { waiting.isEmpty ? nil : waiting.removeFirst() }
    func progress(_ id: Int, seconds: Double) throws { try onProgress(id, seconds) }
    func isWithdrawn(_ id: Int) -> Bool { withdrawn.contains(id) }

    func heard(_ segments: [Segment], of id: Int, checkpoint: RecordingCheckpoint?) {
      self.segments += segments
      if let checkpoint { saved.append(HeardSoFar(segments: self.segments, checkpoint: checkpoint)) }
    }

    func finished(_ id: Int, _ result: Result<Transcription, any Error>) throws { results[id] = try result.get() }
  }

  private func visit(_ number: Int) throws -> AudioClip { try AudioClip(contentsOf: Goldens.audio("visit\(number)")) }

  private func sixVisits() throws -> AudioClip {
    AudioClip(samples: try (1...6).flatMap { try visit($0).samples })
  }

  @Test("from any checkpoint the transcript is the one of an undisturbed run") func resumes() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo))
    var options = TranscriptionOptions()
    options.chunkLength = 10
    options.wordTimestamps = true
    options.voiceActivity = VoiceActivityOptions()
    let clip = try sixVisits()
    let whole = Desk([QueuedRecording(id: 1, source: clip)])
    try transcriber.transcribe(whole, options)
    let expected = try #require(whole.results[1])
    try #require(whole.saved.count >= 3)
    for point in whole.saved {
      let checkpoint = try JSONDecoder().decode(
        RecordingCheckpoint.self, from: JSONEncoder().encode(point.checkpoint))
      let later = Desk([
        QueuedRecording(
          id: 7, source: clip, resume: HeardSoFar(segments: point.segments, checkpoint: checkpoint))
      ])
      try transcriber.transcribe(later, options)
      let found = try #require(later.results[7])
      #expect(found.segments == expected.segments && found.skipped == expected.skipped)
      #expect(found.language == expected.language && found.languageProbability == expected.languageProbability)
      #expect(later.saved.count < whole.saved.count, "it goes on, it does not start again")
    }
  }

  @Test("a checkpoint that can't be true of the recording does no harm") func hostileCheckpoint() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo))
    let text = """
      {"seconds": 1e300, "language": "xx", "languageProbability": 9, "loop": {"seek": 9223372036854775807, "clip": -4,
       "said": [-1, 99999999, 50257], "emitted": -3, "lastSpeech": 1e300, "skipped": []}}
      """
    let checkpoint = try JSONDecoder().decode(RecordingCheckpoint.self, from: Data(text.utf8))
    let desk = Desk([
      QueuedRecording(
        id: 1, source: try visit(1), resume: HeardSoFar(segments: [], checkpoint: checkpoint))
    ])
    try transcriber.transcribe(desk)
    #expect(desk.results[1]?.segments == [])
  }

  @Test("a recording that comes while others are decoded joins them") func joins() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo, computeType: .float32))
    let desk = Desk([QueuedRecording(id: 1, source: try sixVisits())])
    let late = try visit(2)
    var order: [Int] = []
    desk.onProgress = { id, seconds in
      if order.last != id { order.append(id) }
      if order == [1], seconds > 0 { desk.waiting = [QueuedRecording(id: 2, source: late)] }
    }
    try transcriber.transcribe(desk, together: 2)
    #expect(order.prefix(3) == [1, 2, 1], "the second is done before the first, which goes on beside it")
    #expect(desk.results[2]?.segments == (try transcriber.transcribe(late)).segments)
  }

  @Test("a recording that is withdrawn ends at once, the one beside it does not") func withdrawn() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo, computeType: .float32))
    let kept = try visit(2)
    let desk = Desk([QueuedRecording(id: 1, source: try sixVisits()), QueuedRecording(id: 2, source: kept)])
    var ticks = 0
    desk.onProgress = { id, _ in
      if id == 1 { ticks += 1 }
      if ticks == 20 { desk.withdrawn = [1] }
    }
    try transcriber.transcribe(desk, together: 2)
    #expect(desk.results[1] == nil && ticks == 20)
    #expect(desk.results[2]?.segments == (try transcriber.transcribe(kept)).segments)
  }
}
