import Foundation

/// Reads files that people put into the data folder. Whatever is in them, they never crash.
enum TextFile {
  /// Most bytes of one file: 64 MiB.
  static let limit = 64 << 20

  /// nil where there is none.
  /// - Throws: ``CopilotError/unreadable(file:)``, ``CopilotError/tooLarge(file:limit:)``.
  static func read(_ file: URL) throws -> Data? {
    let name = file.lastPathComponent
    // Not to wait for a writer: a fifo in its place would never be one.
    let descriptor = open(file.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw CopilotError.unreadable(file: name)
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw CopilotError.unreadable(file: name)
    }
    guard let data = try? handle.read(upToCount: limit + 1) ?? Data() else { throw CopilotError.unreadable(file: name) }
    if data.count > limit { throw CopilotError.tooLarge(file: name, limit: limit) }
    return data
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

  func numbers(_ name: String) -> [Double] {
    ((fields[name] as? [Any]) ?? []).compactMap { ($0 as? NSNumber)?.doubleValue }
  }

  func object(_ name: String) -> JSONObject? { (fields[name] as? [String: Any]).map(JSONObject.init) }

  func objects(_ name: String) -> [JSONObject] {
    ((fields[name] as? [Any]) ?? []).compactMap { ($0 as? [String: Any]).map(JSONObject.init) }
  }
}

/// Amounts as people write them.
enum Money {
  /// `$18,400`, `$9.50`
  static func words(_ amount: Double) -> String {
    guard abs(amount) < 1e12 else { return "$\(amount)" }
    let cents = Int((amount * 100).rounded())
    let digits = String(abs(cents / 100))
    var groups = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { groups.append(",") }
      groups.append(digit)
    }
    let rest = abs(cents % 100)
    return (cents < 0 ? "-$" : "$") + groups + (rest == 0 ? "" : "." + (rest < 10 ? "0" : "") + String(rest))
  }
}
