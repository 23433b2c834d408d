import Foundation

/// Reads `.env` files as python-dotenv does, which the files of existing installations are written for: `KEY=value`, an
/// optional `export`, single or double quotes, comments after white space and `#`. See docs/decisions/0001.
struct DotEnv {
  private(set) var values: [String: String] = [:]
  /// Lines that are no assignment, by number.
  private(set) var badLines: [Int] = []
  private static let sizeLimit = 1 << 20

  init(text: String) {
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
      if let (key, value) = Self.assignment(trimmed) { values[key] = value } else { badLines.append(index + 1) }
    }
  }

  /// The file's assignments; none when there is no file.
  static func read(_ url: URL) throws(UsageError) -> DotEnv {
    guard FileManager.default.fileExists(atPath: url.path) else { return DotEnv(text: "") }
    guard let data = try? Data(contentsOf: url), data.count <= sizeLimit, let text = String(data: data, encoding: .utf8)
    else {
      throw UsageError("\(url.path): not a readable text file. Write KEY=value lines, see .env.example.")
    }
    return DotEnv(text: text)
  }

  private static func assignment(_ line: String) -> (String, String)? {
    let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    var key = parts[0].trimmingCharacters(in: .whitespaces)
    if key.hasPrefix("export ") { key = key.dropFirst(7).trimmingCharacters(in: .whitespaces) }
    guard !key.isEmpty, key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else { return nil }
    return value(of: parts[1].trimmingCharacters(in: .whitespaces)).map { (key, $0) }
  }

  /// Nil for an opening quote without a closing one.
  private static func value(of text: String) -> String? {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      let comment = text.range(of: #"\s#.*$"#, options: .regularExpression)
      return (comment.map { String(text[..<$0.lowerBound]) } ?? text).trimmingCharacters(in: .whitespaces)
    }
    var result = ""
    var escaped = false
    for character in text.dropFirst() {
      if escaped {
        result += Self.unescape(character, in: quote)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == quote {
        return result
      } else {
        result.append(character)
      }
    }
    return nil
  }

  /// What a backslash and this character stand for; an unknown pair stays as it is.
  private static func unescape(_ character: Character, in quote: Character) -> String {
    if character == "\\" || character == "'" { return String(character) }
    let signs: [Character: String] = ["\"": "\"", "n": "\n", "r": "\r", "t": "\t"]
    return (quote == "\"" ? signs[character] : nil) ?? "\\" + String(character)
  }
}
