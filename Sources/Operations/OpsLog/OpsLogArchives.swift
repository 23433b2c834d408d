import Foundation
import Storage

/// The logs beside `ops_log.jsonl`: `ops_log.<first seq>-<last seq>.jsonl.gz` once it was full or old,
/// `ops_log.imported-<12 hex>.jsonl.gz` with lines of a prototype.
struct OpsLogArchives {
  static let logName = "ops_log.jsonl"
  /// Bytes that a rotated log may unpack to: 512 MiB. Logs are cut far below; this keeps a bomb out.
  private static let maxUnpacked = 512 << 20

  struct Rotated: Equatable {
    let name: String
    let first: Int64
    let last: Int64
    /// Tells logs of the same lines apart, 1 for the first.
    let copy: Int
    /// Whether it was compressed yet.
    let isCompressed: Bool
  }

  private let folder: URL
  /// Oldest first. Where a crash left a log both plain and compressed, the compressed one only.
  let rotated: [Rotated]
  /// Plain files whose compressed twin is there already.
  private let leftovers: [String]
  /// Names of imported histories, sorted.
  let imported: [String]

  init(folder: URL) throws {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw StorageError.dataFolderUnwritable(path: folder.path, reason: "cannot be listed")
    }
    self.folder = folder
    let known = Set(names)
    let all = names.compactMap(Self.parse)
    leftovers = all.filter { !$0.isCompressed && known.contains($0.name + ".gz") }.map(\.name)
    rotated = all.filter { $0.isCompressed || !known.contains($0.name + ".gz") }.sorted {
      ($0.last, $0.first, $0.copy) < ($1.last, $1.first, $1.copy)
    }
    imported = names.filter { $0.hasPrefix("ops_log.imported-") && $0.hasSuffix(".jsonl.gz") }.sorted()
  }

  /// The last seq that went into a rotated log, 0 where none did.
  var lastSeq: Int64 { rotated.map(\.last).max() ?? 0 }

  /// Ends what a crash interrupted: every rotated log is compressed once, and no more than `keep` are left.
  func finish(keep: Int, _ disk: ViewDisk) throws {
    for name in leftovers { try disk.remove(folder.appending(path: name)) }
    for archive in rotated where !archive.isCompressed {
      let plain = folder.appending(path: archive.name)
      try disk.replace(folder.appending(path: archive.name + ".gz"), with: try Self.compressed(plain))
      try disk.remove(plain)
    }
    for archive in rotated.dropLast(keep) {
      try disk.remove(folder.appending(path: archive.name + (archive.isCompressed ? "" : ".gz")))
    }
  }

  /// A name for a log with these lines that is not taken.
  func freeName(first: Int64, last: Int64) -> String {
    let copies = rotated.filter { $0.first == first && $0.last == last }.map(\.copy).max() ?? 0
    return "ops_log.\(first)-\(last)\(copies == 0 ? "" : ".\(copies + 1)").jsonl"
  }

  /// The lines of a rotated or imported log.
  /// - Throws: ``OperationsError/unreadableArchive(path:)``, `StorageError`.
  static func content(of file: URL) throws -> Data {
    let bytes = try mapped(file)
    guard file.pathExtension == "gz" else { return bytes }
    guard let lines = try? Gzip.decompress(bytes, limit: maxUnpacked) else {
      throw OperationsError.unreadableArchive(path: file.path)
    }
    return lines
  }

  /// A file's bytes without a copy of them in memory.
  static func mapped(_ file: URL) throws -> Data {
    do {
      return try Data(contentsOf: file, options: .mappedIfSafe)
    } catch {
      throw StorageError.dataFolderUnwritable(path: file.path, reason: "cannot be read")
    }
  }

  private static func compressed(_ plain: URL) throws -> Data {
    guard let bytes = try? Gzip.compress(try mapped(plain)) else {
      throw OperationsError.unreadableArchive(path: plain.path)
    }
    return bytes
  }

  private static func parse(_ name: String) -> Rotated? {
    let pattern = /ops_log\.([0-9]+)-([0-9]+)(\.([0-9]+))?\.jsonl(\.gz)?/
    guard let match = name.wholeMatch(of: pattern), let first = Int64(match.1), let last = Int64(match.2) else {
      return nil
    }
    return Rotated(
      name: name, first: first, last: last, copy: match.4.flatMap { Int($0) } ?? 1, isCompressed: match.5 != nil)
  }
}
