import Foundation
import SpeechEngine

/// Opens recordings for recognisers, and says what people should know of them.
enum RecordingFile {
  /// What a rep said can't be said again: half a recording is transcribed, and said to be half. ffmpeg, where it is needed,
  /// ends when the job does.
  static func open(_ request: RecognitionRequest, _ desk: some RecognitionDesk) throws(AudioError) -> AudioFile {
    var ffmpeg = FFmpegReader()
    let probe = StopProbe {
      if desk.isWithdrawn(request.id) { return true }
      do { try desk.progress(request.id, seconds: 0) } catch { return true }
      return false
    }
    ffmpeg?.isCancelled = { probe.isStopped() }
    return try AudioFile(contentsOf: request.file, allowTruncated: true, ffmpeg: ffmpeg)
  }

  /// What the file lacks, and which parts gave no text; nil where there is nothing to say.
  static func notice(missingBytes: Int, _ skipped: [SkippedSpan] = []) -> String? {
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

/// Segments as they are stored: what is not a number is written as text.
enum SegmentJSON {
  static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}

/// Lets ffmpeg's reader ask whether the job goes on.
///
/// `@unchecked Sendable`: it asks on the thread that opens the recording, and on no other.
private final class StopProbe: @unchecked Sendable {
  let isStopped: () -> Bool
  init(_ isStopped: @escaping () -> Bool) { self.isStopped = isStopped }
}
