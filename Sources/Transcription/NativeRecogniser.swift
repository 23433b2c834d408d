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
  private let encoder = JSONEncoder()
  private let decoder = JSONDecoder()

  init(_ desk: Desk) {
    self.desk = desk
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }

  func next() throws -> QueuedRecording? {
    while let request = try desk.next() {
      do {
        let recording = try open(request)
        missingBytes[request.id] = recording.missingBytes
        return QueuedRecording(id: request.id, source: recording, resume: resume(request.resume))
      } catch let error as AudioError {
        if case .cancelled = error {
          guard desk.isWithdrawn(request.id) else { throw CancellationError() }
        } else {
          try desk.finished(request.id, .failure(error))
        }
      }
    }
    return nil
  }

  /// What a rep said can't be said again: half a recording is transcribed, and said to be half. ffmpeg, where it is needed,
  /// ends when the job does.
  private func open(_ request: RecognitionRequest) throws -> AudioFile {
    var ffmpeg = FFmpegReader()
    let probe = StopProbe { [desk] in
      if desk.isWithdrawn(request.id) { return true }
      do { try desk.progress(request.id, seconds: 0) } catch { return true }
      return false
    }
    ffmpeg?.isCancelled = { probe.isStopped() }
    return try AudioFile(contentsOf: request.file, allowTruncated: true, ffmpeg: ffmpeg)
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
            notice: RecordingNotice.line(missingBytes: missing, heard.skipped))
        }
      })
  }

  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// What people should know: what the file lacks, and which parts gave no text.
private enum RecordingNotice {
  static func line(missingBytes: Int, _ skipped: [SkippedSpan]) -> String? {
    var parts = missingBytes > 0 ? ["its end is missing, \(missingBytes) bytes"] : []
    if !skipped.isEmpty {
      let spans = skipped.prefix(5).map { span in
        "\(String(format: "%.1f–%.1f s", span.start, span.end)) (\(span.reason.rawValue))"
      }
      let more = skipped.count > spans.count ? " and \(skipped.count - spans.count) more" : ""
      parts.append("no text from " + spans.joined(separator: ", ") + more)
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}

/// Lets ffmpeg's reader ask whether the job goes on.
///
/// `@unchecked Sendable`: it asks on the thread that opens the recording, and on no other.
private final class StopProbe: @unchecked Sendable {
  let isStopped: () -> Bool
  init(_ isStopped: @escaping () -> Bool) { self.isStopped = isStopped }
}
