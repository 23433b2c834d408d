import Foundation
import Synchronization

/// A recording on its way to text: segments as soon as they are heard.
///
/// ```swift
/// let model = try WhisperModel(contentsOf: URL(filePath: "models/base"))
/// let recording = try AudioFile(contentsOf: URL(filePath: "visit.m4a"))
/// for try await segment in model.transcribe(recording) {
///   print(segment.start, segment.text)
/// }
/// ```
///
/// Decoding runs on a thread of its own, starts with the iteration and is done anew for each. Cancelling the
/// task, or leaving the loop, ends it within a layer of the encoder or a token of the decoder.
public struct TranscriptionStream: AsyncSequence, Sendable {
  public typealias Element = Segment
  fileprivate let updates: TranscriptionUpdates

  /// Segments together with progress and, at the end, everything that is known of the recording.
  public var events: TranscriptionUpdates { updates }

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var updates: TranscriptionUpdates.AsyncIterator

    public mutating func next() async throws -> Segment? {
      while let update = try await updates.next() {
        if case .segment(let segment) = update { return segment }
      }
      return nil
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(updates: updates.makeAsyncIterator()) }

  /// The whole transcript, when it is done.
  public func transcription() async throws -> Transcription {
    for try await update in updates {
      if case .finished(let transcription) = update { return transcription }
    }
    throw CancellationError()
  }
}

/// What happens while a recording is transcribed.
public enum TranscriptionUpdate: Sendable {
  /// Seconds of the recording that are done; at most one update for each of them.
  case progress(Double)
  case segment(Segment)
  /// The last update.
  case finished(Transcription)
}

/// Segments, progress and the finished transcript, in the order in which they come.
public struct TranscriptionUpdates: AsyncSequence, Sendable {
  public typealias Element = TranscriptionUpdate
  fileprivate let model: WhisperModel
  fileprivate let source: any SampleSource
  fileprivate let options: TranscriptionOptions
  fileprivate let threads: Int
  fileprivate let detector: VoiceActivityDetector?

  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var stream: AsyncThrowingStream<TranscriptionUpdate, any Error>.Iterator

    public mutating func next() async throws -> TranscriptionUpdate? {
      let update = try await stream.next()
      // A cancelled stream just ends; who waits for a transcript must not take that for all there is.
      if update == nil { try Task.checkCancellation() }
      return update
    }
  }

  public func makeAsyncIterator() -> AsyncIterator {
    let stream = AsyncThrowingStream<TranscriptionUpdate, any Error> { continuation in
      let flag = StopFlag()
      continuation.onTermination = { _ in flag.raise() }
      // Not a task: for minutes it would keep one of the few threads that all tasks share.
      Thread.detachNewThread {
        do {
          continuation.yield(.finished(try transcribe(flag) { continuation.yield($0) }))
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
    }
    return AsyncIterator(stream: stream.makeAsyncIterator())
  }

  private func transcribe(_ flag: StopFlag, _ tell: (TranscriptionUpdate) -> Void) throws -> Transcription {
    let transcriber = try Transcriber(model, threads: threads, detector: detector)
    var told = -1.0
    return try transcriber.transcribe(
      source, options,
      progress: { seconds in
        if flag.isRaised { throw CancellationError() }
        guard seconds >= told + 1 || (seconds > told && seconds >= source.duration) else { return }
        told = seconds
        tell(.progress(seconds))
      },
      segment: { tell(.segment($0)) })
  }
}

extension WhisperModel {
  /// Transcribes a recording.
  /// - Parameters:
  ///   - source: an `AudioFile`, an `AudioClip`, or samples of your own.
  ///   - threads: 0 means all cores.
  ///   - detector: finds speech where `options.voiceActivity` asks for it; nil: the built-in one.
  /// - Returns: segments, as an asynchronous sequence. It throws `ModelError.unknownLanguage`, `AudioError` where the recording
  ///   can't be read any more, and `CancellationError`.
  public func transcribe(
    _ source: any SampleSource, _ options: TranscriptionOptions = .init(), threads: Int = 0,
    detector: VoiceActivityDetector? = nil
  ) -> TranscriptionStream {
    TranscriptionStream(
      updates: TranscriptionUpdates(
        model: self, source: source, options: options, threads: threads, detector: detector))
  }
}

/// Tells a thread to stop.
private final class StopFlag: Sendable {
  private let raised = Atomic(false)
  var isRaised: Bool { raised.load(ordering: .relaxed) }
  func raise() { raised.store(true, ordering: .relaxed) }
}
