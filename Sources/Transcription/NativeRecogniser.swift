import Domain
import Foundation
public import ModelStore
public import SpeechEngine

/// FieldOS's own Whisper engine.
///
/// `@unchecked Sendable`: `lock` is held while the transcriber works, so that its buffers have one user at a time.
public final class NativeRecogniser: Recogniser, @unchecked Sendable {
  public let engine = "native"
  public let model: String
  public let computeType: String
  public let fingerprint: String
  private let options: TranscriptionOptions
  private let together: Int
  private let transcriber: Transcriber
  private let lock = NSLock()

  /// Loads the model.
  /// - Parameter together: clips that are decoded in step, default 4. With more of them the weights are read less often, and the
  ///   first in line waits longer for the others' encoding.
  /// - Throws: `ModelError`.
  public init(
    _ found: FoundModel, computeType: ComputeType, threads: Int, options: TranscriptionOptions, together: Int = 4
  ) throws {
    let loaded = try WhisperModel(folder: found.folder, computeType: computeType)
    model = found.name
    self.computeType = computeType.rawValue
    self.options = options
    self.together = together
    fingerprint = "native \(Product.version) \(found.name) \(computeType.rawValue) \(String(reflecting: options))"
    transcriber = try Transcriber(loaded, threads: threads)
  }

  public func recognise(_ desk: some RecognitionDesk) throws {
    try lock.withLock { try transcriber.transcribe(EngineDesk(desk), options, together: together) }
  }
}

/// Puts a worker's recordings before the engine: files become sound, segments become JSON.
private final class EngineDesk<Desk: RecognitionDesk>: RecordingDesk {
  private let desk: Desk
  private var missingBytes: [Int: Int] = [:]
  private let encoder = SegmentJSON.encoder()
  private let decoder = SegmentJSON.decoder()

  init(_ desk: Desk) { self.desk = desk }

  func next() throws -> QueuedRecording? {
    while let request = try desk.next() {
      do {
        let recording = try RecordingFile.open(request, desk)
        missingBytes[request.id] = recording.missingBytes
        return QueuedRecording(id: request.id, source: recording, resume: resume(request.resume))
      } catch {
        if case .cancelled = error {
          guard desk.isWithdrawn(request.id) else { throw CancellationError() }
        } else {
          try desk.finished(request.id, .failure(error))
        }
      }
    }
    return nil
  }

  /// nil, and the recording is heard from its start, where what was saved can't be read.
  private func resume(_ saved: SavedProgress?) -> HeardSoFar? {
    guard let saved,
      let checkpoint = try? decoder.decode(RecordingCheckpoint.self, from: Data(saved.checkpoint.utf8)),
      let segments = try? saved.segments.map({ try decoder.decode(Segment.self, from: Data($0.utf8)) })
    else { return nil }
    return HeardSoFar(segments: segments, checkpoint: checkpoint)
  }

  func progress(_ id: Int, seconds: Double) throws { try desk.progress(id, seconds: seconds) }
  func isWithdrawn(_ id: Int) -> Bool { desk.isWithdrawn(id) }

  func heard(_ segments: [Segment], of id: Int, checkpoint: RecordingCheckpoint?) throws {
    guard let checkpoint else { return }
    try desk.heard(
      id, segments: try segments.map(json), checkpoint: try json(checkpoint), seconds: checkpoint.seconds)
  }

  func finished(_ id: Int, _ result: Result<Transcription, any Error>) throws {
    let missing = missingBytes.removeValue(forKey: id) ?? 0
    try desk.finished(
      id,
      result.flatMap { heard in
        Result {
          Recognition(
            text: heard.text, segmentsJSON: try json(heard.segments), language: heard.language,
            confidence: heard.confidence, audioSeconds: heard.duration,
            notice: RecordingFile.notice(missingBytes: missing, heard.skipped))
        }
      })
  }

  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
