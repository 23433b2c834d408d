import Foundation
import Storage

extension FieldStore {
  /// The store of a data folder that is there already: a question must not make an empty one.
  /// - Throws: ``MissingStore``.
  static func existing() throws -> FieldStore {
    let folder = try Settings.load().dataDirectory
    guard FileManager.default.fileExists(atPath: folder.appending(path: "fieldos.sqlite").path) else {
      throw MissingStore(folder: folder)
    }
    return try FieldStore.open(dataDirectory: folder)
  }
}

/// Nothing was ever taken in there.
struct MissingStore: Error {
  let folder: URL
}
