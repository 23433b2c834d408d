public import Foundation
public import ModelStore
public import SpeechEngine

/// FieldOS's own Whisper engine.
///
/// `@unchecked Sendable`: `lock` is held while the transcriber works, so that its buffers have one user at a time.
public final class NativeRecogniser: Recogniser, @unchecked Sendable {
  public let engine = "native"
  public let model: String
  public let computeType: String
  private let options: TranscriptionOptions
  private let transcriber: Transcriber
  private let lock = NSLock()

  /// Loads the model.
  /// - Throws: `ModelError`.
  public init(
    _ found: FoundModel, computeType: ComputeType, threads: Int, options: TranscriptionOptions
  ) throws {
    let loaded = try WhisperModel(folder: found.folder, computeType: computeType)
    model = found.name
    self.computeType = computeType.rawValue
    self.options = options
    transcriber = try Transcriber(loaded, threads: threads)
  }

  public func recognise(_ file: URL, progress: (Double) throws -> Void) throws -> Recognition {
    // What a rep said can't be said again: half a recording is transcribed, and said to be half.
    let clip = try Self.open(file, progress: progress)
    let result = try lock.withLock { try transcriber.transcribe(clip, options, progress: progress) }
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return Recognition(
      text: result.text, segmentsJSON: String(decoding: try encoder.encode(result.segments), as: UTF8.self),
      language: result.language, confidence: result.confidence, audioSeconds: result.duration,
      notice: Self.notice(missingBytes: clip.missingBytes, result.skipped))
  }

  /// Opens a recording; ffmpeg, where it is needed, ends when the job does.
  private static func open(_ file: URL, progress: (Double) throws -> Void) throws -> AudioFile {
    try withoutActuallyEscaping(progress) { progress in
      let probe = StopProbe(progress)
      var ffmpeg = FFmpegReader()
      ffmpeg?.isCancelled = { probe.isStopped }
      do {
        return try AudioFile(contentsOf: file, allowTruncated: true, ffmpeg: ffmpeg)
      } catch AudioError.cancelled {
        throw probe.error ?? CancellationError()
      }
    }
  }

  /// What people should know: what the file lacks, and which parts gave no text.
  private static func notice(missingBytes: Int, _ skipped: [SkippedSpan]) -> String? {
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

/// Asks a job's progress closure whether the job goes on.
///
/// `@unchecked Sendable`: ffmpeg's reader asks on the thread that opens the recording, and on no other.
private final class StopProbe: @unchecked Sendable {
  private let progress: (Double) throws -> Void
  private(set) var error: (any Error)?

  init(_ progress: @escaping (Double) throws -> Void) { self.progress = progress }

  var isStopped: Bool {
    do {
      try progress(0)
      return false
    } catch {
      self.error = error
      return true
    }
  }
}
