public import Domain
public import Foundation
public import Storage

/// Keeps the files that people read true: `ops_log.jsonl`, `crm_snapshot.json` and, where there is one,
/// `crm_sample.csv`. They are made from event rows and the rows that those name; nothing is repeated and nothing left
/// out, whatever was interrupted, and what was deleted is written again. Of several processes one writes at a time, see
/// ``ViewLock``; which one it is makes no difference, since the files themselves say how far they got.
public struct Projector: Sendable {
  private static let pollInterval = Duration.milliseconds(250)
  /// How long a trouble that doesn't go away is left alone: a full disk, a table in use elsewhere.
  private static let pauseAfterTrouble = Duration.seconds(5)

  /// How long the end waits for another process that writes; a stopped one must not keep this one from ending.
  private static let longestWait = Duration.seconds(5)

  private let store: FieldStore
  private let log: OpsLogView
  private let snapshot: SnapshotView
  private let sample: SampleView

  /// - Parameter timeZone: of the dates in the table of customers; the machine's own by default.
  public init(
    store: FieldStore, limits: OpsLogLimits = OpsLogLimits(), clock: WallClock = .system,
    timeZone: TimeZone = .autoupdatingCurrent
  ) {
    self.init(store: store, limits: limits, clock: clock, timeZone: timeZone, disk: ViewDisk())
  }

  package init(
    store: FieldStore, limits: OpsLogLimits = OpsLogLimits(), clock: WallClock, timeZone: TimeZone,
    disk: ViewDisk
  ) {
    self.store = store
    log = OpsLogView(store: store, limits: limits, disk: disk)
    snapshot = SnapshotView(store: store, clock: clock, disk: disk)
    sample = SampleView(store: store, timeZone: timeZone, disk: disk)
  }

  /// Brings the files up to date. A trouble with one of them doesn't keep the others back.
  /// - Returns: how many lines the log got; 0 also where another process writes them.
  /// - Throws: `StorageError`, ``OperationsError``: the first trouble; what was written before stays.
  @discardableResult
  public func projectOnce() throws -> Int {
    try projectIfFree() ?? 0
  }

  /// Keeps the files up to date until the task is cancelled, then once more.
  /// - Parameter onTrouble: told of what goes wrong, once until it changes. Files are tried again.
  public func run(onTrouble: @Sendable (any Error) -> Void = { _ in }) async throws {
    var projected: Int64 = -1
    var hadSample = false
    var trouble = ""
    while !Task.isCancelled {
      do {
        let (latest, hasSample) = (try store.events.lastSeq(), sample.exists)
        let isDue = latest != projected || hasSample != hadSample || !isComplete
        if isDue, try projectIfFree() != nil { (projected, hadSample) = (latest, hasSample) }
        trouble = ""
        try? await Task.sleep(for: Self.pollInterval)
      } catch {
        if "\(error)" != trouble { onTrouble(error) }
        trouble = "\(error)"
        try? await Task.sleep(for: Self.pauseAfterTrouble)
      }
    }
    try await projectLast()
  }

  /// Another process may have read the events before this one's last: this one waits until it is done.
  private func projectLast() async throws {
    let deadline = ContinuousClock.now + Self.longestWait
    while try projectIfFree() == nil, ContinuousClock.now < deadline {
      // A pause of its own: this task is cancelled.
      await Task.detached { try? await Task.sleep(for: Self.pollInterval / 5) }.value
    }
  }

  /// A file that was removed is missed.
  private var isComplete: Bool {
    [OpsLogArchives.logName, SnapshotView.fileName].allSatisfy {
      FileManager.default.fileExists(atPath: store.dataDirectory.appending(path: $0).path)
    }
  }

  /// - Returns: nil where another process writes the files.
  private func projectIfFree() throws -> Int? {
    try ViewLock.holdIfFree(in: store.dataDirectory) { try projectAll() } ?? nil
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
    let added = attempt { try log.project() }
    attempt { try snapshot.project() }
    attempt { try sample.project() }
    if let firstTrouble { throw firstTrouble }
    return added
  }
}
