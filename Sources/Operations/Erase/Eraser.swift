public import Domain
public import Foundation
public import Storage

/// What an erasure came to.
public struct EraseReport: Sendable {
  public let erasure: Erasure
  /// What was removed; it is not kept anywhere.
  public let plan: ErasePlan
  /// Files that still hold something and should not.
  public let residue: [HoldingFile]
  /// Copies that were put aside, with what they still hold; nothing in them is changed.
  public let backups: [HoldingFile]
  /// Files that FieldOS does not write, with what they hold.
  public let foreign: [HoldingFile]
  /// Files that could not be looked into.
  public let unreadable: [String]
  /// Whether another process kept the database from being written anew: it goes on later.
  public let isWaiting: Bool
}

/// Erases people: rows, recordings and views go, the database is written anew, and every byte of the data folder is
/// searched for what should be gone. Each step is done again where it was interrupted.
public struct Eraser: Sendable {
  /// Before each step: tests interrupt the work there.
  package enum Step: Sendable, Equatable, CaseIterable {
    case keepPlan, begin, rows, files, views, compact, search, shred, end
  }

  /// How long is waited for other processes that read or write the database.
  public struct Patience: Sendable {
    let tries: Int
    let pause: @Sendable () -> Void

    /// - Parameter pause: between two tries.
    public init(tries: Int, pause: @escaping @Sendable () -> Void) {
      self.tries = max(1, tries)
      self.pause = pause
    }

    /// 40 tries, 250 ms between them; each waits up to 5 s for a lock by itself.
    public static let usual = Patience(tries: 40) { usleep(250_000) }
    /// Twice, for a start that must not be held up.
    public static let short = Patience(tries: 2) { usleep(250_000) }
  }

  private let store: FieldStore
  private let clock: WallClock
  private let patience: Patience
  private let indexCopy: URL
  private let willDo: @Sendable (Step) throws -> Void
  private let disk = ViewDisk()

  /// - Parameter indexCopy: where the copilot's index is written to; `reference_index.jsonl` in the data folder unless set.
  public init(
    store: FieldStore, clock: WallClock = .system, patience: Patience = .usual, indexCopy: URL? = nil
  ) {
    self.init(store: store, clock: clock, patience: patience, indexCopy: indexCopy) { _ in }
  }

  package init(
    store: FieldStore, clock: WallClock, patience: Patience, indexCopy: URL? = nil,
    willDo: @escaping @Sendable (Step) throws -> Void
  ) {
    self.store = store
    self.clock = clock
    self.patience = patience
    self.indexCopy = indexCopy ?? store.dataDirectory.appending(path: "reference_index.jsonl")
    self.willDo = willDo
  }

  private var work: EraseWork { EraseWork(folder: store.dataDirectory, disk: disk) }
  private var files: EraseFiles { EraseFiles(folder: store.dataDirectory, disk: disk) }

  /// Erases what a plan names.
  /// - Parameters:
  ///   - ownerID: who asked for it.
  ///   - tell: told of each state that is reached.
  /// - Throws: ``OperationsError``, `StorageError`. What was begun goes on with ``resume(retriesFailed:tell:)``.
  public func erase(
    _ plan: ErasePlan, by ownerID: ID<Owner>, tell: (ErasureState) -> Void = { _ in }
  ) throws -> EraseReport {
    if let until = plan.sendingUntil { throw OperationsError.eraseWaitsForDelivery(until: until) }
    guard let lock = try EraseLock(folder: store.dataDirectory) else { throw OperationsError.eraseRuns }
    return try withExtendedLifetime(lock) {
      try refuseWithoutSpace()
      let id = ID<Erasure>.random()
      let plan = files.sampling(plan)
      try willDo(.keepPlan)
      try work.write(plan, id)
      try willDo(.begin)
      try store.erasures.begin(id, plan, by: ownerID)
      return try goOn(id, plan, tell)
    }
  }

  /// Goes on with every erasure that was interrupted. Does nothing while another process erases.
  /// - Parameter retriesFailed: also those whose search found something.
  public func resume(
    retriesFailed: Bool = false, tell: (ErasureState) -> Void = { _ in }
  ) throws -> [EraseReport] {
    let open = try store.erasures.unfinished()
    let hasWork = FileManager.default.fileExists(atPath: work.folder.appending(path: EraseWork.lockName).path)
    guard !open.isEmpty || hasWork, let lock = try EraseLock(folder: store.dataDirectory) else { return [] }
    return try withExtendedLifetime(lock) {
      let open = try store.erasures.unfinished()
      try work.shredOthers(than: Set(open.map(\.id)))
      return try open.filter { retriesFailed || $0.state != .failed }.compactMap { erasure in
        guard let plan = work.read(erasure.id) else {
          // The plan is shredded last: what was proven before that is done.
          guard erasure.proof?.holds == true else { throw OperationsError.eraseLost(id: erasure.id.rawValue) }
          try store.erasures.advance(erasure.id, to: .done)
          return nil
        }
        return try goOn(erasure.id, plan, tell)
      }
    }
  }

  private func goOn(_ id: ID<Erasure>, _ plan: ErasePlan, _ tell: (ErasureState) -> Void) throws -> EraseReport {
    var plan = plan
    while let erasure = try store.erasures.find(id) {
      tell(erasure.state)
      switch erasure.state {
      case .planned, .failed: plan = try removeRows(id, plan)
      case .removing: try removeFiles(id, plan)
      case .proving: return try prove(id, plan, tell)
      case .done: return report(erasure, plan)
      }
    }
    throw OperationsError.eraseLost(id: id.rawValue)
  }

  /// What came in since the plan was made goes, too: it is the same person's.
  private func removeRows(_ id: ID<Erasure>, _ plan: ErasePlan) throws -> ErasePlan {
    var plan = plan
    while true {
      try willDo(.rows)
      switch try store.erasures.remove(plan, of: id) {
      case .removed: return plan
      case .sending(let until): throw OperationsError.eraseWaitsForDelivery(until: until)
      case .grew(let all):
        plan = files.sampling(all)
        try work.write(plan, id)
      }
    }
  }

  private func removeFiles(_ id: ID<Erasure>, _ plan: ErasePlan) throws {
    try willDo(.files)
    let count = try files.remove(plan.files)
    try willDo(.views)
    try EraseViews(store: store, disk: disk, clock: clock, plan: plan, indexCopy: indexCopy).run(id)
    let known = try store.erasures.find(id)?.removed["files"] ?? 0
    try store.erasures.advance(id, to: .proving, files: max(count, known))
  }

  private func prove(_ id: ID<Erasure>, _ plan: ErasePlan, _ tell: (ErasureState) -> Void) throws -> EraseReport {
    try willDo(.compact)
    let isCompact = try compact()
    guard isCompact, let erasure = try store.erasures.find(id) else {
      guard let erasure = try store.erasures.find(id) else { throw OperationsError.eraseLost(id: id.rawValue) }
      return report(erasure, plan, isWaiting: true)
    }
    try willDo(.search)
    let search = try EraseProof(store: store, plan: plan, indexCopy: indexCopy).run()
    try store.erasures.advance(erasure.id, to: search.proof.holds ? .proving : .failed, proof: search.proof)
    if search.proof.holds {
      try willDo(.shred)
      try work.shred(id)
      try willDo(.end)
      try store.erasures.advance(id, to: .done)
    }
    let ended = try store.erasures.find(id) ?? erasure
    tell(ended.state)
    return EraseReport(
      erasure: ended, plan: plan, residue: search.residue, backups: search.backups, foreign: search.foreign,
      unreadable: search.unreadable, isWaiting: false)
  }

  private func report(_ erasure: Erasure, _ plan: ErasePlan, isWaiting: Bool = false) -> EraseReport {
    EraseReport(
      erasure: erasure, plan: plan, residue: [], backups: [], foreign: [], unreadable: [], isWaiting: isWaiting)
  }

  private func compact() throws -> Bool {
    for turn in 1...patience.tries {
      switch try store.erasures.compact() {
      case .done: return true
      case .noSpace(let needed, let free, let path):
        throw OperationsError.eraseNeedsSpace(path: path, needed: needed, free: free)
      case .busy: if turn < patience.tries { patience.pause() }
      }
    }
    return false
  }

  private func refuseWithoutSpace() throws {
    guard case .noSpace(let needed, let free, let path) = try store.erasures.shortage() else { return }
    throw OperationsError.eraseNeedsSpace(path: path, needed: needed, free: free)
  }
}
