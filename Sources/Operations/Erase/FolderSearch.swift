import Domain
import Foundation

/// A file that holds something of a person.
public struct HoldingFile: Sendable, Equatable {
  /// Below the data folder.
  public let path: String
  /// How often names, addresses and numbers are in it.
  public let words: Int
  /// How often identifiers or pieces of recordings are in it.
  public let exact: Int
  /// Whether all of it could be looked into.
  public let isReadable: Bool
}

/// Searches every byte of the data folder.
struct FolderSearch {
  /// What a file is to FieldOS.
  enum Role: Equatable {
    case database, snapshot, sample, own, backup, foreign
  }

  struct Found {
    var files = 0
    var bytes = 0
    var holding: [(role: Role, file: HoldingFile)] = []
    /// Files that are packed in a way that is not undone here, or that can't be read.
    var unreadable: [String] = []
  }

  let folder: URL
  let search: ByteSearch
  /// The copilot's index as a file, wherever it is.
  let indexCopy: URL

  /// Models come from elsewhere, whole, and nothing is ever written into them; their word lists hold many a name.
  private static let leftOut = ["models"]
  private static let sealed: Set<String> = ["zip", "7z", "rar", "xz", "txz", "bz2", "tbz", "zst", "gpg", "age", "enc"]

  func run() -> Found {
    var found = Found()
    let walker = FileManager.default.enumerator(atPath: folder.path)
    while let path = walker?.nextObject() as? String {
      if Self.leftOut.contains(path) { walker?.skipDescendants() }
      var status = stat()
      guard lstat(folder.appending(path: path).path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      if EraseWork.isOurs(path) { continue }
      look(into: path, &found)
    }
    if !isBelow(indexCopy), access(indexCopy.path, F_OK) == 0 { look(into: indexCopy.path, &found) }
    found.holding.sort { $0.file.path < $1.file.path }
    found.unreadable.sort()
    return found
  }

  private func isBelow(_ file: URL) -> Bool {
    file.standardizedFileURL.path.hasPrefix(folder.standardizedFileURL.path + "/")
  }

  /// - Parameter path: below the data folder, or from the root.
  private func look(into path: String, _ found: inout Found) {
    let file = path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path)
    var scanner = ByteScanner(search)
    var isReadable = true
    do {
      isReadable = try !FileBytes.read(file.path) { scanner.feed($0) }
    } catch {
      // Gone since the folder was listed is gone.
      if access(file.path, F_OK) != 0 { return }
      isReadable = false
    }
    if Self.sealed.contains(URL(filePath: path).pathExtension.lowercased()) { isReadable = false }
    found.files += 1
    found.bytes += scanner.bytes
    if !isReadable { found.unreadable.append(path) }
    if scanner.hits.isEmpty { return }
    let holding = HoldingFile(
      path: path, words: scanner.hits.words, exact: scanner.hits.exact, isReadable: isReadable)
    let isCopy = file.standardizedFileURL.path == indexCopy.standardizedFileURL.path
    found.holding.append((isCopy ? .own : Self.role(of: path), holding))
  }

  static func role(of path: String) -> Role {
    let name = path.lowercased()
    switch path {
    case "fieldos.sqlite", "fieldos.sqlite-wal", "fieldos.sqlite-shm", "fieldos.sqlite-journal": return .database
    case SnapshotView.fileName: return .snapshot
    case SampleView.fileName: return .sample
    default: break
    }
    if isBackup(name) { return .backup }
    let folders = ["audio_cache/", "recordings/"]
    if folders.contains(where: path.hasPrefix) { return .own }
    if name.wholeMatch(of: /ops_log(\.[0-9a-z.-]+)?\.jsonl(\.gz)?(\.tmp)?/) != nil { return .own }
    let own = [
      SnapshotView.fileName + ".tmp", SampleView.fileName + ".tmp", "views.lock", "cockpit.link",
      "reference_index.jsonl", "reference_index.jsonl.tmp", "reference_index.meta.json",
    ]
    let isLock = path.hasPrefix("fieldos.opening") || path.hasPrefix("fieldos.use")
    return own.contains(path) || isLock ? .own : .foreign
  }

  /// By the name: copies that people and tools put aside.
  private static func isBackup(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    if parts.contains(where: { $0.contains("backup") || $0 == "bak" || $0.contains(".corrupt-") }) { return true }
    let name = parts.last.map(String.init) ?? path
    if name.hasSuffix("~") || name.contains(".sqlite") || name.hasSuffix(".db") { return true }
    return name.split(separator: ".").dropFirst().contains { part in
      part.hasPrefix("bak") || ["old", "orig", "save", "tar", "tgz", "zip", "7z"].contains(part)
    }
  }
}
