import Foundation
import Storage

/// Reads files that people put into the data folder. Whatever is in them, they never crash.
enum TextFile {
  /// Most bytes of one file: 64 MiB.
  static let limit = 64 << 20

  /// nil where there is none.
  /// - Throws: ``CopilotError/unreadable(file:)``, ``CopilotError/tooLarge(file:limit:)``.
  static func read(_ file: URL) throws -> Data? {
    do throws(GivenFileError) {
      return try GivenFile(file).read(limit: limit)
    } catch {
      switch error {
      case .missing: return nil
      case .tooLarge(let limit): throw CopilotError.tooLarge(file: file.lastPathComponent, limit: limit)
      case .link, .notRegular, .unreadable: throw CopilotError.unreadable(file: file.lastPathComponent)
      }
    }
  }

  /// The outermost object of a JSON file; nil where there is no file.
  static func object(_ file: URL) throws -> JSONObject? {
    guard let data = try read(file) else { return nil }
    guard let fields = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw CopilotError.damaged(file: file.lastPathComponent, line: nil)
    }
    return JSONObject(fields)
  }
}

/// An object of a file; fields of the wrong kind are as good as missing.
struct JSONObject {
  private let fields: [String: Any]

  init(_ fields: [String: Any]) { self.fields = fields }

  /// In the order of their names, so that a build is the same every time.
  var names: [String] { fields.keys.sorted() }

  func text(_ name: String) -> String? {
    guard let text = fields[name] as? String else { return nil }
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.isEmpty ? nil : line
  }

  func number(_ name: String) -> Double? {
    guard let number = fields[name] as? NSNumber, number.doubleValue.isFinite else { return nil }
    return number.doubleValue
  }

  func texts(_ name: String) -> [String] {
    ((fields[name] as? [Any]) ?? []).compactMap { ($0 as? String)?.trimmingCharacters(in: .whitespacesAndNewlines) }
      .filter { !$0.isEmpty }
  }

  func object(_ name: String) -> JSONObject? { (fields[name] as? [String: Any]).map(JSONObject.init) }

  func objects(_ name: String) -> [JSONObject] {
    ((fields[name] as? [Any]) ?? []).compactMap { ($0 as? [String: Any]).map(JSONObject.init) }
  }
}
