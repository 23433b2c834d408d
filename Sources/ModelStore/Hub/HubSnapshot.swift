import Foundation

/// One commit of a repository on the hub.
struct HubSnapshot: Sendable {
  let repository: String
  let revision: String
  let commit: String
  let files: [HubFile]
}

/// A file of a snapshot and what it has to be.
struct HubFile: Sendable, Equatable {
  let name: String
  /// Nil where the listing doesn't say.
  let size: Int?
  let digest: FileDigest?
}

/// The hub's answer about a repository, checked: nothing in it is trusted with a path or a size.
struct HubListing: Decodable {
  private struct Sibling: Decodable {
    struct LargeFile: Decodable {
      let sha256: String?
      let oid: String?
      let size: Int?
    }

    let rfilename: String
    let size: Int?
    let blobId: String?
    let lfs: LargeFile?

    /// The blob id of a large file is that of a pointer to it.
    var file: HubFile {
      let digest = lfs.map { $0.sha256 ?? $0.oid ?? "" } ?? blobId
      return HubFile(name: rfilename, size: lfs?.size ?? size, digest: digest.flatMap(FileDigest.init))
    }
  }

  private let sha: String
  private let siblings: [Sibling]

  /// - Throws: ``ModelStoreError``.
  func snapshot(of repository: String, revision: String, host: String) throws(ModelStoreError) -> HubSnapshot {
    guard case .gitBlob(let commit)? = FileDigest(sha) else {
      throw .badAnswer(host: host, reason: "its commit is no commit id")
    }
    for sibling in siblings where !ModelFiles.isSafe(sibling.rfilename) { throw .unsafeFileName(sibling.rfilename) }
    let files = siblings.filter { ModelFiles.isWanted($0.rfilename) }.map(\.file)
    for file in files {
      guard !file.name.contains("/") else { throw .unsafeFileName(file.name) }
      if let size = file.size { try Self.check(size: size, of: file.name, host: host) }
    }
    let names = files.map(\.name)
    guard Set(names).count == names.count else { throw .badAnswer(host: host, reason: "it lists a file twice") }
    let missing = ModelFiles.missing(from: names)
    guard missing.isEmpty else { throw .incompleteRepository(repository, missing: missing) }
    return HubSnapshot(repository: repository, revision: revision, commit: commit, files: files)
  }

  static func check(size: Int, of name: String, host: String) throws(ModelStoreError) {
    guard size >= 0 else { throw .badAnswer(host: host, reason: "the size of \(name) is below 0") }
    guard size <= ModelFiles.sizeLimit else {
      throw .fileTooLarge(name: name, bytes: size, limit: ModelFiles.sizeLimit)
    }
  }
}
