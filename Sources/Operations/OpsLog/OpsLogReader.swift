public import Foundation
import Storage

/// What an operations log says, and how much of it could not be read.
public struct OpsHistory: Sendable, Equatable {
  /// Oldest first, no event twice.
  public var entries: [OpsLogEntry] = []
  /// Lines that are no log lines: damaged ones, and a last one that a crash left without its end.
  public var unreadableLines = 0
  /// Names of rotated logs that are damaged.
  public var unreadableFiles: [String] = []

  public init() {}
}

/// Reads operations logs as they are: lines of older releases and of the prototype lack fields, a line may be damaged,
/// the last may be torn.
public enum OpsLogReader {
  /// Bytes beyond which a line is taken for damaged: 1 MiB.
  static let maxLineBytes = 1 << 20

  /// Every line that can be read, in order; the others are counted.
  public static func read(_ log: Data) -> OpsHistory {
    let decoder = JSONDecoder()
    var history = OpsHistory()
    for line in log.split(separator: UInt8(ascii: "\n")) where !isBlank(line) {
      if line.count <= maxLineBytes, let entry = try? decoder.decode(OpsLogEntry.self, from: Data(line)) {
        history.entries.append(entry)
      } else {
        history.unreadableLines += 1
      }
    }
    return history
  }

  /// The whole history of a data folder: imported lines, rotated logs, then the log itself.
  /// - Throws: `StorageError` where the folder cannot be listed or the log cannot be read.
  public static func history(in folder: URL) throws -> OpsHistory {
    var history = OpsHistory()
    let archives = try OpsLogArchives(folder: folder)
    for name in archives.imported + archives.rotated.map(\.name) {
      do {
        history.add(read(try OpsLogArchives.content(of: folder.appending(path: name))))
      } catch is OperationsError {
        history.unreadableFiles.append(name)
      }
    }
    let log = folder.appending(path: OpsLogArchives.logName)
    if FileManager.default.fileExists(atPath: log.path) { history.add(read(try OpsLogArchives.mapped(log))) }
    return history
  }

  static func isBlank(_ line: Data) -> Bool { line.allSatisfy(Set(" \t\r".utf8).contains) }

  private struct Place: Decodable {
    let seq: Int64
  }

  /// Whether each line tells of an event of the store, or holds zeros.
  static func holdsOnlyEvents(_ lines: Data) -> Bool {
    let decoder = JSONDecoder()
    return lines.split(separator: UInt8(ascii: "\n")).allSatisfy {
      $0.contains(0) || (try? decoder.decode(Place.self, from: Data($0))) != nil
    }
  }

  /// The seq of the last line in `tail` that has one.
  static func lastSeq(in tail: Data) -> Int64? {
    let decoder = JSONDecoder()
    for line in tail.split(separator: UInt8(ascii: "\n")).reversed() {
      if let place = try? decoder.decode(Place.self, from: Data(line)) { return place.seq }
    }
    return nil
  }
}

extension OpsHistory {
  /// A rotation that was interrupted, or a log put back by hand, holds lines a second time: they are told once.
  fileprivate mutating func add(_ other: OpsHistory) {
    let last = entries.compactMap(\.seq).last ?? 0
    entries += other.entries.filter { $0.seq.map { $0 > last } ?? true }
    unreadableLines += other.unreadableLines
  }
}
