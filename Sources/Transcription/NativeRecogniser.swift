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
    let clip = try AudioFile(contentsOf: file, allowTruncated: true)
    let result = try lock.withLock { try transcriber.transcribe(clip, options, progress: progress) }
    return Recognition(
      text: result.text, segmentsJSON: String(decoding: try JSONEncoder().encode(result.segments), as: UTF8.self),
      language: result.language, confidence: result.confidence, audioSeconds: result.duration,
      notice: clip.missingBytes > 0 ? "its end is missing, \(clip.missingBytes) bytes" : nil)
  }
}
