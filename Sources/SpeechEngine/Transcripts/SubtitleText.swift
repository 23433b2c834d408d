import Foundation

/// Writes cues as text.
enum SubtitleText {
  static func srt(_ cues: [SubtitleLayout.Cue]) -> String {
    cues.enumerated().map { index, cue in
      let lines = cue.lines.map { clean($0.map(\.word).joined()) }.joined(separator: "\n")
      return "\(index + 1)\n\(time(cue.start, ",")) --> \(time(cue.end, ","))\n\(lines)\n\n"
    }.joined()
  }

  /// Words with times of their own carry them as `<00:00:01.000>`, so that players can follow the speech.
  static func vtt(_ cues: [SubtitleLayout.Cue]) -> String {
    "WEBVTT\n\n"
      + cues.map { cue in
        let lines = cue.lines.enumerated().map { index, words in
          cue.hasWordTimes ? timed(words, isFirst: index == 0) : escaped(clean(words.map(\.word).joined()))
        }
        return "\(time(cue.start, ".")) --> \(time(cue.end, "."))\n\(lines.joined(separator: "\n"))\n\n"
      }.joined()
  }

  static func tsv(_ segments: [Segment]) -> String {
    "start\tend\ttext\n"
      + segments.map { "\(milliseconds($0.start))\t\(milliseconds($0.end))\t\(clean($0.text))\n" }.joined()
  }

  private static func timed(_ words: [Word], isFirst: Bool) -> String {
    words.enumerated().map { index, word in
      let mark = isFirst && index == 0 ? "" : "<\(time(word.start, "."))>"
      let space = index > 0 && word.word.first?.isWhitespace == true ? " " : ""
      return space + mark + "<c>" + escaped(clean(word.word)) + "</c>"
    }.joined()
  }

  private static func milliseconds(_ seconds: Double) -> Int {
    seconds.isFinite ? Int((max(-1e9, min(1e9, seconds)) * 1000).rounded()) : 0
  }

  /// `00:01:02,345`
  private static func time(_ seconds: Double, _ mark: String) -> String {
    let all = milliseconds(max(0, seconds))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let fraction = String(1000 + all % 1000).dropFirst()
    return "\(two(all / 3_600_000)):\(two(all / 60_000 % 60)):\(two(all / 1000 % 60))\(mark)\(fraction)"
  }

  /// One line without what these formats read as their own.
  private static func clean(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines).replacing("-->", with: "->").replacing("\t", with: " ")
      .replacing("\n", with: " ").replacing("\r", with: " ")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
