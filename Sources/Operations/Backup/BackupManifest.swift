import Crypto
import Foundation
import Storage

/// What a backup holds: `backup.json` in its folder. Written last, so that a folder without it is no backup.
struct BackupManifest: Codable, Equatable {
  struct File: Codable, Equatable {
    /// Relative to the folder.
    let path: String
    let bytes: Int
    let sha256: String
  }

  static let fileName = "backup.json"
  static let database = "fieldos.sqlite"

  /// The release that made it.
  let version: String
  /// UTC, RFC 3339.
  let madeAt: String
  /// The last event that is in it.
  let lastEvent: Int64
  let files: [File]

  enum CodingKeys: String, CodingKey {
    case version, files
    case madeAt = "made_at"
    case lastEvent = "last_event"
  }

  /// What of a data folder is copied beside the database: recordings and their parts, what people and other systems put
  /// there, logs. Models are pulled again; locks, links and packed weights mean nothing elsewhere.
  static func paths(in folder: URL) throws -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw StorageError.dataFolderUnwritable(path: folder.path, reason: "cannot be listed")
    }
    let kept = names.filter { name in
      isRegular(folder.appending(path: name)) && endings.contains { name.hasSuffix($0) } && !name.hasPrefix("fieldos.")
    }
    let below = ["audio_cache", "recordings"].flatMap { part in
      ((try? FileManager.default.subpathsOfDirectory(atPath: folder.appending(path: part).path)) ?? [])
        .map { "\(part)/\($0)" }.filter { !$0.hasSuffix(".tmp") && isRegular(folder.appending(path: $0)) }
    }
    return (kept + below).sorted()
  }

  private static let endings = [".json", ".jsonl", ".jsonl.gz", ".csv", ".md"]

  /// Links are not followed.
  private static func isRegular(_ file: URL) -> Bool {
    var status = stat()
    return lstat(file.path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  static func sha256(_ file: URL) throws -> (hash: String, bytes: Int) {
    guard let handle = try? FileHandle(forReadingFrom: file) else {
      throw OperationsError.backupRefused(path: file.path, reason: .unreadable)
    }
    defer { try? handle.close() }
    var (hasher, bytes) = (SHA256(), 0)
    do {
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        hasher.update(data: piece)
        bytes += piece.count
      }
    } catch {  // taken for the end, it would prove a backup that lacks the rest
      throw OperationsError.backupRefused(path: file.path, reason: .unreadable)
    }
    return (hasher.finalize().map { String(format: "%02x", $0) }.joined(), bytes)
  }
}

/// Why a backup is not made or taken.
public enum BackupRefusal: Equatable, Sendable {
  /// Something is there already.
  case taken
  /// No `backup.json` that can be read.
  case noBackup
  /// A file of the backup is gone, or another one than was copied.
  case altered
  case unreadable
  /// FieldOS runs on the data folder.
  case running
  /// The path leads out of the folder.
  case outside
}
