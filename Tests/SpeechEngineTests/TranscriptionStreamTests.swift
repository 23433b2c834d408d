import Foundation
import SpeechEngine
import Testing

@Suite("The engine as a library", .serialized)
struct TranscriptionStreamTests {
  private func sixVisits() throws -> AudioClip {
    AudioClip(samples: try (1...6).flatMap { try AudioClip(contentsOf: Goldens.audio("visit\($0)")).samples })
  }

  @Test("segments come one by one, progress grows, the transcript comes last") func updates() async throws {
    let model = try WhisperModel(contentsOf: Goldens.demo)
    var (segments, progress): ([Segment], [Double]) = ([], [])
    var finished: Transcription?
    for try await update in model.transcribe(try sixVisits()).events {
      #expect(finished == nil, "nothing comes behind the transcript")
      switch update {
      case .progress(let seconds): progress.append(seconds)
      case .segment(let segment): segments.append(segment)
      case .finished(let transcription): finished = transcription
      }
    }
    let transcription = try #require(finished)
    #expect(segments == transcription.segments && segments.count >= 5)
    #expect(progress == progress.sorted() && progress.last == transcription.duration)
    #expect(segments.map(\.id) == Array(1...segments.count))
  }

  @Test("a cancelled task ends within the window it is in") func cancelled() async throws {
    let model = try WhisperModel(contentsOf: Goldens.demo)
    let clip = try sixVisits()
    let work = Task {
      var count = 0
      for try await _ in model.transcribe(clip) {
        count += 1
        withUnsafeCurrentTask { $0?.cancel() }
      }
      return count
    }
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  @Test("a recording of any kind of source gives the same text") func sources() async throws {
    let model = try WhisperModel(contentsOf: Goldens.demo)
    let file = try AudioFile(contentsOf: Goldens.audio("note006"))
    let clip = try AudioClip(contentsOf: Goldens.audio("note006"))
    let text = try await model.transcribe(file).transcription().text
    #expect(try await model.transcribe(clip).transcription().text == text && !text.isEmpty)
  }
}
