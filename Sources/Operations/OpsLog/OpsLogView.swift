import Domain
import Foundation
import Storage

/// Writes `ops_log.jsonl` from the store's CRM events: one line an event, none twice, none left out. The log itself,
/// and behind it the names of the rotated ones, say how far it got.
struct OpsLogView {
  private static let kindPrefix = "crm."
  /// Steps on the way, not what became of a delivery: readers of the log don't know them.
  private static let leftOut: Set<String> = ["crm.sending"]
  private static let batchSize = 500

  let store: FieldStore
  let limits: OpsLogLimits
  let disk: ViewDisk

  private var folder: URL { store.dataDirectory }
  private var file: URL { folder.appending(path: OpsLogArchives.logName) }

  /// - Returns: how many lines were added; nil where another writer has the log.
  func project() throws -> Int? {
    let archives = try OpsLogArchives(folder: folder)
    try archives.finish(keep: limits.keep, disk)
    guard var log = try OpsLogFile.open(file, disk: disk) else { return nil }
    var seq = max(try log.lastSeq(), archives.lastSeq)
    let storeSeq = try store.events.lastSeq()
    guard seq <= storeSeq else { throw OperationsError.logAheadOfStore(logSeq: seq, storeSeq: storeSeq) }
    var added = 0
    while true {
      let events = try store.events.after(seq, limit: Self.batchSize, kindPrefix: Self.kindPrefix)
      guard let last = events.last else { return added }
      for event in events where !Self.leftOut.contains(event.kind) {
        let json = try OpsLogLine(event: event).json()
        if limits.wantNewLog(
          size: log.size, firstTime: log.firstTime, nextBytes: json.utf8.count + 1, nextTime: event.at)
        {
          guard let next = try rotate(log) else { return nil }
          log = next
        }
        try log.append(json, time: event.at)
        added += 1
      }
      try log.sync()
      seq = last.seq
    }
  }

  /// Puts the log aside and opens a new one. The renaming is what counts: what comes after it is done again by
  /// the next projection where it was interrupted.
  private func rotate(_ log: OpsLogFile) throws -> OpsLogFile? {
    try log.sync()
    let name = try OpsLogArchives(folder: folder).freeName(first: try log.firstSeq(), last: try log.lastSeq())
    try disk.rename(file, to: folder.appending(path: name))
    try OpsLogArchives(folder: folder).finish(keep: limits.keep, disk)
    return try OpsLogFile.open(file, disk: disk)
  }
}
