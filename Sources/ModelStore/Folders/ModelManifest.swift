import Foundation

/// `fieldos-model.json`: what a pull put into a model's folder, so that it can be checked again without a network.
struct ModelManifest: Codable, Sendable, Equatable {
  struct File: Codable, Sendable, Equatable {
    let name: String
    let size: Int
    let sha256: String
  }

  static let fileName = "fieldos-model.json"

  /// Of this file's form: 1.
  let format: Int
  let repository: String
  /// What was asked for: a branch, a tag or a commit.
  let revision: String
  let commit: String
  let files: [File]

  init(_ snapshot: HubSnapshot, files: [File]) {
    format = 1
    repository = snapshot.repository
    revision = snapshot.revision
    commit = snapshot.commit
    self.files = files
  }

  /// - Returns: nil where the folder has none that can be used.
  init?(in folder: URL) {
    let file = folder.appending(path: Self.fileName)
    guard let size = ModelFiles.size(of: file), size <= 1 << 20, let data = try? Data(contentsOf: file),
      let manifest = try? JSONDecoder().decode(ModelManifest.self, from: data), manifest.format == 1,
      manifest.files.allSatisfy({ ModelFiles.isSafe($0.name) && !$0.name.contains("/") })
    else { return nil }
    self = manifest
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Whether every file is there in its full length.
  func sizesMatch(in folder: URL) -> Bool {
    files.allSatisfy { ModelFiles.size(of: folder.appending(path: $0.name)) == $0.size }
  }
}
