import ArgumentParser
import Foundation
import SpeechEngine

/// The forms in which a transcript is printed.
enum TranscriptFormat: String, CaseIterable, ExpressibleByArgument {
  case txt, json, srt, vtt, tsv

  func render(_ result: Transcription, file: String, model: String) throws -> String {
    switch self {
    case .txt: result.text + "\n"
    case .json: try json(result, file: file, model: model)
    case .srt:
      result.segments.map { "\($0.id)\n\(time($0.start, ",")) --> \(time($0.end, ","))\n\(trimmed($0.text))\n\n" }
        .joined()
    case .vtt:
      "WEBVTT\n\n"
        + result.segments.map { "\(time($0.start, ".")) --> \(time($0.end, "."))\n\(trimmed($0.text))\n\n" }.joined()
    case .tsv:
      "start\tend\ttext\n"
        + result.segments.map { "\(milliseconds($0.start))\t\(milliseconds($0.end))\t\(trimmed($0.text))\n" }.joined()
    }
  }

  private struct Document: Encodable {
    let file: String
    let model: String
    let language: String
    let language_probability: Float
    let duration: Double
    let confidence: Double
    let text: String
    let segments: [Segment]
    let skipped: [SkippedSpan]
  }

  private func json(_ result: Transcription, file: String, model: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      file: file, model: model, language: result.language, language_probability: result.languageProbability,
      duration: result.duration, confidence: result.confidence, text: result.text, segments: result.segments,
      skipped: result.skipped)
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }

  private func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }

  /// `00:01:02,345`
  private func time(_ seconds: Double, _ mark: String) -> String {
    let all = milliseconds(seconds)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let fraction = String(1000 + all % 1000).dropFirst()
    return "\(two(all / 3_600_000)):\(two(all / 60_000 % 60)):\(two(all / 1000 % 60))\(mark)\(fraction)"
  }

  private func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines).replacing("-->", with: "->").replacing("\t", with: " ")
      .replacing("\n", with: " ").replacing("\r", with: " ")
  }
}
