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

  /// A number of bytes: `2500000`, `2.5G` in thousands, `2GiB` in units of 1,024.
  func bytes(_ name: String) throws(UsageError) -> Int? {
    guard let text = text(name) else { return nil }
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces).lowercased()
    guard let value = Double(digits), let factor = Self.units[unit], value > 0, value * factor < 1e15 else {
      throw UsageError("\(name)=\(text): not a number of bytes. Example: 2G, or 1500MiB.")
    }
    return Int(value * factor)
  }

  private static let units: [String: Double] = [
    "": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "kib": 1_024, "mib": 1_048_576,
    "gib": 1_073_741_824,
  ]

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
