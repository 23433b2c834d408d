public import Domain
public import Foundation
public import Storage

/// Keeps the files that people read true: `ops_log.jsonl`, `crm_snapshot.json` and, where there is one,
/// `crm_sample.csv`. They are made from event rows and the rows that those name; nothing is repeated and nothing left
/// out, whatever was interrupted, and what was deleted is written again.
public struct Projector: Sendable {
  /// Name of the lease that the writing process holds.
  public static let leaseName = "ops-log-projector"

  private static let lease = Duration.seconds(30)
  private static let pollInterval = Duration.milliseconds(250)
  /// How long a trouble that doesn't go away is left alone: a full disk, a table in use elsewhere.
  private static let pauseAfterTrouble = Duration.seconds(5)

  private let store: FieldStore
  private let owner: String
  private let log: OpsLogView
  private let snapshot: SnapshotView
  private let sample: SampleView

  /// - Parameters:
  ///   - owner: names this projector in its lease; unique to the process.
  ///   - timeZone: of the dates in the table of customers; the machine's own by default.
  public init(
    store: FieldStore, owner: String, limits: OpsLogLimits = OpsLogLimits(), clock: WallClock = .system,
    timeZone: TimeZone = .autoupdatingCurrent
  ) {
    self.init(store: store, owner: owner, limits: limits, clock: clock, timeZone: timeZone, disk: ViewDisk())
  }

  package init(
    store: FieldStore, owner: String, limits: OpsLogLimits = OpsLogLimits(), clock: WallClock, timeZone: TimeZone,
    disk: ViewDisk
  ) {
    self.store = store
    self.owner = owner
    log = OpsLogView(store: store, limits: limits, disk: disk)
    snapshot = SnapshotView(store: store, clock: clock, disk: disk)
    sample = SampleView(store: store, timeZone: timeZone, disk: disk)
  }

  /// Brings the files up to date. A trouble with one of them doesn't keep the others back.
  /// - Returns: how many lines the log got; 0 also where another process is the projector.
  /// - Throws: `StorageError`, ``OperationsError``: the first trouble; what was written before stays.
  @discardableResult
  public func projectOnce() throws -> Int {
    try projectIfHolder() ?? 0
  }

  /// Keeps the files up to date until the task is cancelled, then once more, and gives the lease back.
  /// - Parameter onTrouble: told of what goes wrong, once until it changes. Files are tried again.
  public func run(onTrouble: @Sendable (any Error) -> Void = { _ in }) async throws {
    var projected: Int64 = -1
    var hadSample = false
    var trouble = ""
    while !Task.isCancelled {
      do {
        let (latest, hasSample) = (try store.events.lastSeq(), sample.exists)
        let isDue = latest != projected || hasSample != hadSample || !isComplete
        if isDue, try projectIfHolder() != nil { (projected, hadSample) = (latest, hasSample) }
        trouble = ""
        try? await Task.sleep(for: Self.pollInterval)
      } catch {
        if "\(error)" != trouble { onTrouble(error) }
        trouble = "\(error)"
        try? await Task.sleep(for: Self.pauseAfterTrouble)
      }
    }
    defer { try? store.leases.release(Self.leaseName, owner: owner) }
    try projectOnce()
  }

  /// A file that was removed is missed.
  private var isComplete: Bool {
    [OpsLogArchives.logName, SnapshotView.fileName].allSatisfy {
      FileManager.default.fileExists(atPath: store.dataDirectory.appending(path: $0).path)
    }
  }

  /// - Returns: nil where another process writes the files.
  private func projectIfHolder() throws -> Int? {
    guard try holdsLease() else { return nil }
    return try ViewLock.holdIfFree(in: store.dataDirectory) { try projectAll() } ?? nil
  }

  private func projectAll() throws -> Int? {
    var firstTrouble: (any Error)?
    @discardableResult
    func attempt<T>(_ work: () throws -> T?) -> T? {
      do {
        return try work()
      } catch {
        firstTrouble = firstTrouble ?? error
        return nil
      }
    }
    let added = attempt { try log.project(while: holdsLease) }
    attempt { try snapshot.project() }
    attempt { try sample.project() }
    if let firstTrouble { throw firstTrouble }
    return added
  }

  private func holdsLease() throws -> Bool {
    try store.leases.acquire(Self.leaseName, owner: owner, lease: Self.lease)
  }
}
