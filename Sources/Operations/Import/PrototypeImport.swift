public import Domain
public import Foundation
public import Storage

/// What became of one kind of thing in a prototype's folder.
public struct ImportTally: Sendable, Equatable, Codable {
  public let what: String
  public var found = 0
  /// Taken in now; in a dry run, what would be.
  public var added = 0
  /// Here already.
  public var known = 0
  /// Not taken; each has its line.
  public var refused = 0

  public init(what: String) {
    self.what = what
  }
}

/// Takes what a prototype left, but for its recordings, into a data folder: notes that never reached the CRM, the
/// operations log's history, counters, and the files of knowledge. Doing it again adds nothing.
public struct PrototypeImport {
  /// Files that are copied where there are none of their name, with the most bytes that each may have.
  static let dataFiles = [
    "contact_intel.json", "playbooks.json", "pricing.json", "pipeline_snapshot.json", "reference_index.meta.json",
    "reference_index.jsonl", "company_wiki.md", "sales_playbook.md",
  ]
  static let maxDataFileBytes = 64 << 20
  static let maxLogBytes = 256 << 20
  static let maxNotes = 10_000

  let source: PrototypeFolder
  let store: FieldStore
  /// Where files go; the store's own folder but in a dry run.
  let target: URL
  /// Looks, and changes nothing.
  let isDryRun: Bool
  let clock: WallClock
  let timeZone: TimeZone
  let disk = ViewDisk()

  /// One line each for what was not taken.
  public private(set) var refusals: [OperationsError] = []
  /// Whether more than damaged log lines was left out: those are in every log that saw a crash.
  public var isIncomplete: Bool {
    refusals.contains { refusal in
      switch refusal {
      case .importRefused(_, .badLines), .importRefused(_, .erased): false
      default: true
      }
    }
  }
  /// Payloads whose delivery state the snapshot doesn't tell.
  public private(set) var notesWithoutState = 0

  /// - Parameter timeZone: in which the prototype told times; the machine's own by default.
  public init(
    _ source: PrototypeFolder, store: FieldStore, target: URL, isDryRun: Bool, clock: WallClock = .system,
    timeZone: TimeZone = .autoupdatingCurrent
  ) {
    self.source = source
    self.store = store
    self.target = target
    self.isDryRun = isDryRun
    self.clock = clock
    self.timeZone = timeZone
  }

  /// - Throws: `StorageError` and ``OperationsError`` where this installation's own folder fails; what was taken in
  ///   before is whole, and the next import goes on.
  public mutating func run() throws -> [ImportTally] {
    try ViewLock.hold(in: store.dataDirectory) {
      let snapshot = snapshot()
      return [try notes(snapshot), try history(), try counters(snapshot), try files(), try customers()]
    }
  }

  private mutating func snapshot() -> JSONValue? {
    guard let data = read(SnapshotView.fileName, maxBytes: SnapshotView.maxBytes) else { return nil }
    guard let value = JSONValue(parsing: data), value.members != nil else {
      refuse(SnapshotView.fileName, .notJSON)
      return nil
    }
    return value
  }

  private mutating func notes(_ snapshot: JSONValue?) throws -> ImportTally {
    var tally = ImportTally(what: "undelivered notes")
    let (payloads, withoutState) = PrototypeNote.undelivered(in: snapshot ?? .null)
    notesWithoutState = withoutState
    if payloads.count > Self.maxNotes { refuse(SnapshotView.fileName, .tooMany(limit: Self.maxNotes)) }
    tally.found = payloads.count
    let known = try store.imports.known(Set(payloads.map(PrototypeNote.fingerprint)))
    for payload in payloads.prefix(Self.maxNotes) {
      if known.contains(PrototypeNote.fingerprint(payload)) {
        tally.known += 1
        continue
      }
      do {
        let note = try PrototypeNote(payload, now: clock.now(), timeZone: timeZone).note
        if try store.imports.isErased(note.payload.contact) { throw RefusedNote(reason: .erased) }
        let isNew = try isDryRun || store.imports.save(note) != nil
        if isNew { tally.added += 1 } else { tally.known += 1 }
      } catch let refused as RefusedNote {
        tally.refused += 1
        refuse(SnapshotView.fileName, refused.reason)
      }
    }
    return tally
  }

  private mutating func history() throws -> ImportTally {
    var tally = ImportTally(what: "log lines")
    guard let log = read(OpsLogArchives.logName, maxBytes: Self.maxLogBytes) else { return tally }
    var history = PrototypeHistory(log, known: try knownHistory())
    history.leaveOut(try store.imports.erased(lines: history.new))
    tally.found = history.found
    tally.added = history.new.count
    tally.refused = history.unreadable
    tally.known = history.found - history.new.count - history.unreadable
    if history.unreadable > 0 { refuse(OpsLogArchives.logName, .badLines(count: history.unreadable)) }
    if !isDryRun { try history.write(to: target, disk) }
    return tally
  }

  private func knownHistory() throws -> [String: Int] {
    FileManager.default.fileExists(atPath: target.path) ? try PrototypeHistory.known(in: target) : [:]
  }

  /// Totals of the prototype are the base of ours, once.
  private func counters(_ snapshot: JSONValue?) throws -> ImportTally {
    var tally = ImportTally(what: "counters")
    guard let snapshot else { return tally }
    var base = CRMSnapshot.heirloom(of: snapshot).members ?? [:]
    // What was not delivered is a note of ours now, and shows as one.
    for key in ["last_payload", "recent_payloads", "last_crm_status"] { base[key] = nil }
    if base.isEmpty { return tally }
    tally.found = 1
    if try isDryRun ? hasNothingInherited() : inherit(base) { tally.added = 1 } else { tally.known = 1 }
    return tally
  }

  private func hasNothingInherited() throws -> Bool {
    try store.views.snapshotFacts(recent: 1).inherited.map { $0 == Data("{}".utf8) } ?? true
  }

  /// What lies in the data folder itself comes first.
  private func inherit(_ base: [String: JSONValue]) throws -> Bool {
    try SnapshotView(store: store, clock: clock, disk: disk).inherit()
    return try store.views.inherit(try JSONValue.object(base).compact())
  }

  private mutating func files() throws -> ImportTally {
    var tally = ImportTally(what: "data files")
    for name in Self.dataFiles {
      try take(name, into: &tally, refusal: .notJSON) { data in
        !name.hasSuffix(".json") || JSONValue(parsing: data)?.members != nil
      }
    }
    return tally
  }

  private mutating func customers() throws -> ImportTally {
    var tally = ImportTally(what: "customer table")
    try take(SampleView.fileName, into: &tally, refusal: .notATable) { data in
      (try? CSVTable(data, columns: SampleRow.columns).index(of: SampleRow.keyColumn)) != nil
    }
    return tally
  }

  /// Copies a file that is sound and that the data folder doesn't have.
  private mutating func take(
    _ name: String, into tally: inout ImportTally, refusal: ImportRefusal, isSound: (Data) -> Bool
  ) throws {
    let before = refusals.count
    let data = read(name, maxBytes: Self.maxDataFileBytes)
    if refusals.count > before {
      tally.found += 1
      tally.refused += 1
    }
    guard let data else { return }
    tally.found += 1
    if FileManager.default.fileExists(atPath: target.appending(path: name).path) {
      tally.known += 1
    } else if isSound(data) {
      if !isDryRun { try disk.replace(target.appending(path: name), with: data) }
      tally.added += 1
    } else {
      tally.refused += 1
      refuse(name, refusal)
    }
  }

  /// nil where there is no such file, or it is refused.
  private mutating func read(_ name: String, maxBytes: Int) -> Data? {
    do {
      return try source.read(name, maxBytes: maxBytes)
    } catch {
      refusals.append(error)
      return nil
    }
  }

  private mutating func refuse(_ name: String, _ reason: ImportRefusal) {
    refusals.append(.importRefused(path: source.url.appending(path: name).path, reason: reason))
  }
}
