import Crypto
import Domain
import Foundation
import Storage

/// The lines of a prototype's `ops_log.jsonl` that this installation does not have yet.
struct PrototypeHistory {
  let found: Int
  /// Lines to keep, as they were but for the words of notes.
  private(set) var new: [String] = []
  /// Lines that are no log lines.
  private(set) var unreadable = 0

  /// - Parameter known: the lines imported before, with how often each occurs: a log that has grown since gives only
  ///   what is new in it.
  init(_ log: Data, known: [String: Int]) {
    var known = known
    let decoder = JSONDecoder()
    var count = 0
    for line in log.split(separator: UInt8(ascii: "\n")) where !OpsLogReader.isBlank(line) {
      count += 1
      let isReadable =
        line.count <= OpsLogReader.maxLineBytes
        && (try? decoder.decode(OpsLogEntry.self, from: Data(line))) != nil
      guard isReadable, let text = Self.withoutWords(Data(line)) else {
        unreadable += 1
        continue
      }
      if let times = known[text], times > 0 {
        known[text] = times - 1
      } else {
        new.append(text)
      }
    }
    found = count
  }

  /// Lines that were taken out with somebody who was erased count as known.
  mutating func leaveOut(_ erased: Set<String>) {
    if !erased.isEmpty { new.removeAll(where: erased.contains) }
  }

  /// The lines that were imported into a data folder before.
  static func known(in folder: URL) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for name in try OpsLogArchives(folder: folder).imported {
      let lines = try OpsLogArchives.content(of: folder.appending(path: name))
      for line in lines.split(separator: UInt8(ascii: "\n")) {
        counts[String(decoding: line, as: UTF8.self), default: 0] += 1
      }
    }
    return counts
  }

  /// Writes the new lines into a file of their own beside the log.
  func write(to folder: URL, _ disk: ViewDisk) throws {
    if new.isEmpty { return }
    let lines = Data(new.reduce(into: "") { $0 += $1 + "\n" }.utf8)
    let name = "ops_log.imported-\(SHA256.hash(data: lines).hex.prefix(12)).jsonl.gz"
    guard let packed = try? Gzip.compress(lines) else {
      throw OperationsError.unreadableArchive(path: folder.appending(path: name).path)
    }
    try disk.replace(folder.appending(path: name), with: packed)
  }

  /// Debug fields of old lines may carry whole payloads.
  private static func withoutWords(_ line: Data) -> String? {
    let text = String(decoding: line, as: UTF8.self)
    guard text.contains("\"note\"") || text.contains("crm_queue_debug") else { return text }
    guard let value = JSONValue(parsing: line), let clean = try? Redaction.apply(to: value).compact() else {
      return nil
    }
    return String(decoding: clean, as: UTF8.self)
  }
}
