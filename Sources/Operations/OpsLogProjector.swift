import Domain
import Foundation
public import Storage

/// Writes `ops_log.jsonl` from the store's CRM events: one line an event, none twice, none left out, whatever was
/// interrupted. The log itself says how far it got; a deleted log is written again from the first event.
public struct OpsLogProjector: Sendable {
  /// Name of the lease that the writing process holds.
  public static let leaseName = "ops-log-projector"

  private static let kindPrefix = "crm."
  private static let batchSize = 500
  private static let lease = Duration.seconds(30)
  private static let pollInterval = Duration.milliseconds(250)

  private let store: FieldStore
  private let owner: String
  private let file: URL

  /// - Parameter owner: names this projector in its lease; unique to the process.
  public init(store: FieldStore, owner: String) {
    self.store = store
    self.owner = owner
    self.file = store.dataDirectory.appending(path: "ops_log.jsonl")
  }

  /// Brings the log up to date.
  /// - Returns: how many lines were added; 0 also where another process is the projector.
  /// - Throws: `StorageError`, ``OperationsError``; what was appended before stays.
  @discardableResult
  public func projectOnce() throws -> Int {
    try projectIfHolder() ?? 0
  }

  /// Keeps the log up to date until the task is cancelled, then once more, and gives the lease back.
  public func run() async throws {
    var projected: Int64 = -1
    while !Task.isCancelled {
      let latest = try store.events.lastSeq()
      let isComplete = latest == projected && FileManager.default.fileExists(atPath: file.path)
      if !isComplete, try projectIfHolder() != nil { projected = latest }
      try? await Task.sleep(for: Self.pollInterval)
    }
    try projectOnce()
    try store.leases.release(Self.leaseName, owner: owner)
  }

  /// - Returns: nil where another process is the projector.
  private func projectIfHolder() throws -> Int? {
    guard try holdsLease(), let log = try OpsLogFile.open(file) else { return nil }
    try log.truncateTornLine()
    var seq = try log.lastSeq()
    let storeSeq = try store.events.lastSeq()
    guard seq <= storeSeq else { throw OperationsError.logAheadOfStore(logSeq: seq, storeSeq: storeSeq) }
    var added = 0
    repeat {
      let events = try store.events.after(seq, limit: Self.batchSize, kindPrefix: Self.kindPrefix)
      guard let last = events.last else { return added }
      try log.append(try events.reduce(into: Data()) { $0 += try OpsLogLine(event: $1).bytes() })
      seq = last.seq
      added += events.count
      // A long catch-up keeps its lease.
    } while try holdsLease()
    return added
  }

  private func holdsLease() throws -> Bool {
    try store.leases.acquire(Self.leaseName, owner: owner, lease: Self.lease)
  }
}
