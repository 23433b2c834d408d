import Foundation

/// A smoke run that `fieldos smoke --record` kept, as far as a release asks about it.
struct KeptSmoke {
  let fileName: String
  let version: String
  let date: Date
  let isPassed: Bool
  /// nil where nobody signed.
  let signer: String?

  /// Every run kept in a folder, oldest first; a file that is no smoke run is left out.
  static func all(in folder: URL) -> [KeptSmoke] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".md") }.compactMap { name in
      (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)).flatMap { KeptSmoke($0, fileName: name) }
    }.sorted { $0.date < $1.date }
  }

  /// nil for a text that ``SmokeRecord`` did not write.
  init?(_ text: String, fileName: String) {
    let lines = text.split(separator: "\n")
    func value(_ name: String) -> String? {
      lines.first { $0.hasPrefix(name + ": ") }.map {
        $0.dropFirst(name.count + 2).trimmingCharacters(in: .whitespaces)
      }
    }
    guard let version = value("- FieldOS"), let result = value("- Result"),
      let when = value("- When"),
      let date = try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(when)
    else { return nil }
    self.fileName = fileName
    self.version = version
    self.date = date
    isPassed = result == "passed"
    signer = value("Signed off by").flatMap { $0.contains { $0 != "_" } ? $0 : nil }
  }
}
