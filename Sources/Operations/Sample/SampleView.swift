import Domain
import Foundation
public import Storage

/// Writes delivered notes into `crm_sample.csv`, a row a note, where there is such a table. Each batch of events writes
/// it once, whole; how far it got is a row.
public struct SampleView: Sendable {
  static let fileName = "crm_sample.csv"
  private static let batchSize = 5_000
  /// Events without a delivery that may pile up before it is noted that they were looked at.
  private static let slack: Int64 = 1_000

  private let store: FieldStore
  private let timeZone: TimeZone
  private let disk: ViewDisk
  private var file: URL { store.dataDirectory.appending(path: Self.fileName) }

  public init(store: FieldStore) {
    self.init(store: store, timeZone: .autoupdatingCurrent, disk: ViewDisk())
  }

  init(store: FieldStore, timeZone: TimeZone, disk: ViewDisk) {
    self.store = store
    self.timeZone = timeZone
    self.disk = disk
  }

  /// Removes the rows that notes and tests left: customers' ids start with "C".
  /// - Parameter keepDemo: ids that start with "DEMO-" stay, too.
  /// - Returns: how many rows were kept and removed.
  /// - Throws: ``OperationsError/noSample(path:)``, ``OperationsError/unusableSample(path:reason:)``, `StorageError`.
  public func reset(keepDemo: Bool) throws -> (kept: Int, removed: Int) {
    try ViewLock.hold(in: store.dataDirectory) {
      guard exists else { throw OperationsError.noSample(path: file.path) }
      // What was delivered before this moment goes in first: it would come back else.
      try project()
      return try change { table in
        try table.keepRows(where: SampleRow.keyColumn) { Self.isCustomer($0) || (keepDemo && Self.isDemo($0)) }
      }
    }
  }

  /// How many rows of the table are neither customers' nor the demo's; 0 where there is no table.
  /// - Throws: ``OperationsError/unusableSample(path:reason:)``.
  public func leftovers() throws -> Int {
    guard exists else { return 0 }
    return try reading { table, _ in
      try table.keepRows(where: SampleRow.keyColumn) { Self.isCustomer($0) || Self.isDemo($0) }.removed
    }
  }

  private static func isCustomer(_ key: String) -> Bool { key.hasPrefix("C") }
  private static func isDemo(_ key: String) -> Bool { key.hasPrefix("DEMO-") }

  var exists: Bool { FileManager.default.fileExists(atPath: file.path) }

  /// Brings the table up to date; where there is none, nothing is written and everything is due for one that comes.
  /// The caller has the view lock.
  func project() throws {
    let seq = try store.views.sampleSeq()
    guard exists else { return seq == 0 ? () : try commit(0) }
    let latest = try store.events.lastSeq()
    let events = try deliveries(after: seq)
    if let last = events.last {
      // Read and written once, however many batches there are.
      let reached = try change { table in try fill(&table, from: events) } ?? last.seq
      try commit(max(latest, reached))
    } else if latest - seq > Self.slack {
      try commit(latest)
    }
  }

  private func deliveries(after seq: Int64) throws -> [Event] {
    try store.events.after(seq, limit: Self.batchSize, kindPrefix: "crm.synced")
  }

  /// Sets the row of each delivery, batch after batch.
  /// - Returns: the last seq that went in.
  private func fill(_ table: inout CSVTable, from first: [Event]) throws -> Int64? {
    var index = try table.index(of: SampleRow.keyColumn)
    var (events, reached) = (first, Int64?.none)
    while let last = events.last {
      for row in try events.compactMap(row) {
        if let number = index[row.key] {
          table.set(row.cells, at: number)
        } else {
          index[row.key] = table.append(row.cells)
        }
      }
      reached = last.seq
      events = events.count < Self.batchSize ? [] : try deliveries(after: last.seq)
    }
    return reached
  }

  /// nil for an entry that was erased since.
  private func row(_ event: Event) throws -> SampleRow? {
    try store.outbox.find(ID(event.subjectID)).map {
      SampleRow($0, state: "synced", at: event.at, timeZone: timeZone)
    }
  }

  private func change<T>(_ edit: (inout CSVTable) throws -> T) throws -> T {
    try reading { table, before in
      let result = try edit(&table)
      if table.bytes != before { try disk.replace(file, with: table.bytes) }
      return result
    }
  }

  /// What comes of the table; the file is left as it is.
  private func reading<T>(_ look: (inout CSVTable, _ bytes: Data) throws -> T) throws -> T {
    let bytes = try OpsLogArchives.mapped(file)
    do {
      var table = try CSVTable(bytes, columns: SampleRow.columns)
      return try look(&table, bytes)
    } catch let unusable as CSVTable.Unusable {
      throw OperationsError.unusableSample(path: file.path, reason: unusable.words)
    }
  }

  private func commit(_ seq: Int64) throws {
    try disk.step(.commit)
    try store.views.setSampleSeq(seq)
  }
}

extension CSVTable.Unusable {
  var words: String {
    switch self {
    case .quoteNotClosed: "a quote is not closed"
    case .noColumn(let name): "it has no column \(name)"
    case .tooLarge: "it is larger than \(CSVTable.maxBytes) bytes"
    }
  }
}
