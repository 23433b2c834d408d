import Foundation

/// The Hugging Face hub cache: `models--organisation--name/{blobs,refs,snapshots/<commit>}`, where the files of a snapshot
/// are links to blobs that are named by their checksum. Read only. Source: huggingface_hub, "Understand caching".
struct HubCache: Sendable {
  private let root: URL

  init(_ root: URL) { self.root = root }

  func folder(of repository: String) -> URL {
    root.appending(path: "models--" + repository.replacing("/", with: "--"))
  }

  /// Snapshot folders, the one that `main` names first.
  func snapshots(of repository: String) -> [URL] {
    let all = folder(of: repository).appending(path: "snapshots")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: all.path)) ?? []).sorted()
    let main = commit(of: "main", in: repository)
    return (names.filter { $0 == main } + names.filter { $0 != main }).map { all.appending(path: $0) }
  }

  /// The snapshot of a branch, tag or commit; nil where it is not there. Without a revision the likeliest one.
  func snapshot(of repository: String, revision: String?) -> URL? {
    guard let revision else { return snapshots(of: repository).first }
    let wanted = commit(of: revision, in: repository) ?? revision
    return snapshots(of: repository).first { $0.lastPathComponent == wanted }
  }

  /// Every repository that the cache holds, sorted.
  func repositories() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.filter { $0.hasPrefix("models--") }.sorted().map {
      let parts = $0.dropFirst("models--".count).split(separator: "--", maxSplits: 1)
      return parts.joined(separator: "/")
    }
  }

  /// What a snapshot's file should hash to: the name of the blob that it links to. Nil where it is no such link.
  static func digest(of file: URL) -> FileDigest? {
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: file.path)
    return target.flatMap { $0.split(separator: "/").last }.flatMap { FileDigest(String($0)) }
  }

  private func commit(of revision: String, in repository: String) -> String? {
    let file = folder(of: repository).appending(path: "refs/\(revision)")
    guard let size = ModelFiles.size(of: file), size < 256 else { return nil }
    return (try? String(contentsOf: file, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
