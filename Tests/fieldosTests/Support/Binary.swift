import Foundation

/// Where the `fieldos` under test lies, and the repository's files that these tests read.
enum Binary {
  /// `FIELDOS_BINARY` if set, else the `fieldos` beside the running test executable.
  static func find() throws -> URL {
    if let named = ProcessInfo.processInfo.environment["FIELDOS_BINARY"], !named.isEmpty {
      return try executable(URL(filePath: named), because: "FIELDOS_BINARY names it")
    }
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = tests.deletingLastPathComponent().appending(path: "fieldos")
    return try executable(beside, because: "it is looked for beside \(tests.lastPathComponent)")
  }

  private static func executable(_ url: URL, because reason: String) throws -> URL {
    guard FileManager.default.isExecutableFile(atPath: url.path) else {
      throw Failure("no executable at \(url.path) (\(reason)). Run `swift build -c release`, or set FIELDOS_BINARY.")
    }
    return url
  }
}

/// Files of the repository, found from this file's own path.
enum Repository {
  static let tests = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A clip of `Tests/Fixtures/audio`, by its name without the extension.
  static func clip(_ name: String) -> URL { tests.appending(path: "Fixtures/audio/\(name).wav") }

  /// The model that ships inside the binary's resources.
  static let demoModel = tests.deletingLastPathComponent().appending(path: "Sources/fieldos/Resources/demo-en")
}

/// Why a test could not get as far as its expectation.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
