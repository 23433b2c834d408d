public import Domain
public import Foundation
public import Storage

/// Writes `crm_snapshot.json` from rows. What a prototype left under that name is inherited first; what is no JSON is
/// set aside, never written over.
public struct SnapshotView: Sendable {
  static let fileName = "crm_snapshot.json"
  /// Bytes beyond which a file under that name is not taken for a snapshot: 16 MiB.
  static let maxBytes = 16 << 20

  let store: FieldStore
  let clock: WallClock
  private let disk: ViewDisk
  private var file: URL { store.dataDirectory.appending(path: Self.fileName) }

  /// - Parameter clock: tells the time in the name of a damaged file that is set aside.
  public init(store: FieldStore, clock: WallClock = .system) {
    self.init(store: store, clock: clock, disk: ViewDisk())
  }

  init(store: FieldStore, clock: WallClock, disk: ViewDisk) {
    self.store = store
    self.clock = clock
    self.disk = disk
  }

  /// The snapshot as it is at this moment, a JSON object indented by 2. Writes nothing.
  public func current() throws -> Data {
    var facts = try store.views.snapshotFacts(recent: CRMSnapshot.maxRecent)
    if facts.inherited == nil, case .value(let found) = try found() {
      facts = facts.inheriting(try CRMSnapshot.heirloom(of: found).compact())
    }
    return try CRMSnapshot.bytes(facts)
  }

  /// Clears the payloads and the last delivery's status, for good, and keeps the counters.
  /// - Returns: false where nothing was left to clear.
  public func scrub() throws -> Bool {
    try ViewLock.hold(in: store.dataDirectory) {
      try inherit()
      let isChanged = try store.views.scrub()
      try write()
      return isChanged
    }
  }

  /// Brings the file up to date. The caller has the view lock.
  func project() throws {
    try inherit()
    try write()
  }

  /// Settles, once, what the file held before we wrote it.
  func inherit() throws {
    switch try found() {
    case .none:
      if try !store.views.hasInherited() { try keep(.object([:])) }
    case .damaged:
      try disk.rename(file, to: freeName(".corrupt-\(stamp)"))
      if try !store.views.hasInherited() { try keep(.object([:])) }
    case .value(let value):
      if try !store.views.hasInherited() { try keep(CRMSnapshot.heirloom(of: value)) }
    }
  }

  private enum Found {
    case none, damaged
    case value(JSONValue)
  }

  private func found() throws -> Found {
    guard FileManager.default.fileExists(atPath: file.path) else { return .none }
    let data = try OpsLogArchives.mapped(file)
    guard data.count <= Self.maxBytes, let value = JSONValue(parsing: data), value.members != nil else {
      return .damaged
    }
    return .value(value)
  }

  private func keep(_ value: JSONValue) throws {
    try disk.step(.commit)
    try store.views.inherit(try value.compact())
  }

  private func write() throws {
    let bytes = try CRMSnapshot.bytes(try store.views.snapshotFacts(recent: CRMSnapshot.maxRecent))
    if (try? Data(contentsOf: file)) != bytes { try disk.replace(file, with: bytes) }
  }

  /// `20261122T120000Z`
  private var stamp: String {
    Timestamp.utc(clock.now()).prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
  }

  private func freeName(_ suffix: String) -> URL {
    let folder = file.deletingLastPathComponent()
    var name = Self.fileName + suffix
    var number = 2
    while FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
      name = Self.fileName + suffix + ".\(number)"
      number += 1
    }
    return folder.appending(path: name)
  }
}

extension SnapshotFacts {
  fileprivate func inheriting(_ json: Data) -> SnapshotFacts {
    SnapshotFacts(
      aiFailures: aiFailures, transcribeSeconds: transcribeSeconds, transcribeCount: transcribeCount,
      lastSync: lastSync, lastStatus: lastStatus, recent: recent, finalWorker: finalWorker, inherited: json)
  }
}
