import Foundation

/// A mistake in how FieldOS was called or configured: exit code 2.
struct UsageError: Error, Equatable {
  let message: String
  init(_ message: String) { self.message = message }
}

/// The FIELDOS_* variables: the process's environment, and behind it the `.env` of the working folder.
struct Variables {
  private let values: [String: String]

  init(_ values: [String: String]) { self.values = values }

  static func load() throws -> Variables {
    let file = URL(filePath: FileManager.default.currentDirectoryPath).appending(path: ".env")
    let dotEnv = try DotEnv.read(file)
    for line in dotEnv.badLines { Console.error("\(file.path):\(line): not KEY=value, left out.") }
    return Variables(dotEnv.values.merging(ProcessInfo.processInfo.environment) { $1 })
  }

  /// The value, or nil when it is unset or empty.
  func text(_ name: String) -> String? { values[name]?.trimmingCharacters(in: .whitespaces).nonEmpty }

  /// `true` in any case is true, as the prototype has it; 1, yes and on are taken too.
  func flag(_ name: String, default fallback: Bool) throws(UsageError) -> Bool {
    guard let text = text(name)?.lowercased() else { return fallback }
    if ["true", "1", "yes", "on"].contains(text) { return true }
    if ["false", "0", "no", "off"].contains(text) { return false }
    throw UsageError("\(name)=\(text): not a switch. Set it to true or false.")
  }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = text(name) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw UsageError("\(name)=\(text): not a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }

  func number(_ name: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
    guard let text = text(name) else { return nil }
    guard let value = Double(text), range.contains(value) else {
      throw UsageError("\(name)=\(text): not a number from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }
}

extension String {
  /// Nil instead of an empty text.
  var nonEmpty: String? { isEmpty ? nil : self }
}
