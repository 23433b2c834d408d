import Domain
import Foundation
import Storage

/// Takes a person out of the files that people read. Each is written whole and put in place at once; doing it again
/// changes nothing.
struct EraseViews {
  /// Facts of a log line that quote words from elsewhere.
  private static let quoted: Set<String> = ["crm_error", "final_worker_error", "chat_last_error", "chat_last_query"]
  private static let placeholder = "[erased]"

  let store: FieldStore
  let disk: ViewDisk
  let clock: WallClock
  let plan: ErasePlan
  let indexCopy: URL
  private let events: Set<Int64>
  private let words: [String]
  private let search: ByteSearch

  init(store: FieldStore, disk: ViewDisk, clock: WallClock, plan: ErasePlan, indexCopy: URL) {
    self.store = store
    self.disk = disk
    self.clock = clock
    self.plan = plan
    self.indexCopy = indexCopy
    events = Set(plan.events)
    let needles = Needles(plan)
    words = needles.words
    search = ByteSearch(text: needles.words, exact: needles.ids.map { Array($0.utf8) })
  }

  private var folder: URL { store.dataDirectory }

  func run(_ id: ID<Erasure>) throws {
    try ViewLock.hold(in: folder) {
      try scrubLogs(id)
      try scrubSample()
      try removeArchives()
      try SnapshotView(store: store, clock: clock, disk: disk).project()
    }
  }

  /// Kept copies of the snapshot go where they name the person: what they told is in the database.
  private func removeArchives() throws {
    let archive = folder.appending(path: SnapshotView.archiveName)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: archive.path)) ?? [] {
      let file = archive.appending(path: name)
      guard let bytes = try? Data(contentsOf: file), holds(bytes) else { continue }
      try disk.remove(file)
    }
  }

  // MARK: The operations log

  private func scrubLogs(_ id: ID<Erasure>) throws {
    let archives = try OpsLogArchives(folder: folder)
    for name in [OpsLogArchives.logName] + archives.rotated.map(\.name) {
      try rewrite(folder.appending(path: name)) {
        clean($0)
      } going: { _ in
      }
    }
    // The copilot's index as a file, here and where it is set to be: what rows hold of it went with them.
    for file in [folder.appending(path: "reference_index.jsonl"), indexCopy] {
      try rewrite(file) {
        holds($0) ? nil : $0
      } going: { _ in
      }
    }
    for name in archives.imported {
      try rewrite(folder.appending(path: name)) {
        holds($0) ? nil : $0
      } going: {
        try store.erasures.remember(lines: $0, of: id)
      }
    }
  }

  /// - Parameters:
  ///   - line: gives a line as it stays, nil for one that goes.
  ///   - going: told of the lines that will go, before they do.
  private func rewrite(_ file: URL, _ line: (Data) -> Data?, going: ([String]) throws -> Void) throws {
    // A damaged archive is told by the search; it can't be written anew.
    guard FileManager.default.fileExists(atPath: file.path), let before = try? OpsLogArchives.content(of: file) else {
      return
    }
    var (after, gone) = (Data(), [String]())
    for piece in before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
      let bytes = Data(piece)
      if let kept = line(bytes) {
        after += kept + Data("\n".utf8)
      } else {
        gone.append(String(decoding: bytes, as: UTF8.self))
      }
    }
    guard after != before else { return }
    if !gone.isEmpty { try going(gone) }
    guard file.pathExtension == "gz" else { return try disk.replace(file, with: after) }
    guard let packed = try? Gzip.compress(after) else { throw OperationsError.unreadableArchive(path: file.path) }
    try disk.replace(file, with: packed)
  }

  private func clean(_ line: Data) -> Data? {
    guard let value = JSONValue(parsing: line), let members = value.members else { return holds(line) ? nil : line }
    if case .integer(let seq) = members["seq"], events.contains(seq) { return nil }
    guard holds(line) else { return line }
    let changed = members.map { key, member in (key, Self.quoted.contains(key) ? without(member) : member) }
    return try? JSONValue.object(Dictionary(uniqueKeysWithValues: changed)).compact()
  }

  private func without(_ value: JSONValue) -> JSONValue {
    guard let text = value.text else { return value }
    return .string(
      words.reduce(text) {
        $0.replacingOccurrences(of: $1, with: Self.placeholder, options: .caseInsensitive)
      })
  }

  private func holds(_ line: Data) -> Bool { line.withUnsafeBytes { !search.hits(in: $0).isEmpty } }

  // MARK: The table of customers

  private func scrubSample() throws {
    let file = folder.appending(path: SampleView.fileName)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    let before = try OpsLogArchives.mapped(file)
    do {
      var table = try CSVTable(before, columns: SampleRow.columns)
      let notes = Set((plan.ids["notes"] ?? []) + (plan.ids["drafts"] ?? []) + plan.payloadIDs)
      let customer = plan.subject.account.flatMap { $0.goes ? $0.customerID : nil }
      table.change { row in
        let key = row[SampleRow.keyColumn, default: ""]
        if notes.contains(key) || key == customer { return .removed }
        guard isPerson(row) else { return .kept }
        // A delivered note is written with its delivery's state for a stage; a customer stays without the person.
        let isNote = DeliveryState(rawValue: row["Stage", default: ""].lowercased()) != nil
        return isNote ? .removed : .set(Dictionary(uniqueKeysWithValues: Self.person.map { ($0, "") }))
      }
      if table.bytes != before { try disk.replace(file, with: table.bytes) }
    } catch let unusable as CSVTable.Unusable {
      throw OperationsError.unusableSample(path: file.path, reason: unusable.words)
    }
  }

  private static let person = ["Primary_Contact", "Contact_Phone", "Contact_Email"]

  private func isPerson(_ row: [String: String]) -> Bool {
    func cell(_ column: String) -> String {
      let value = row[column, default: ""]
      return PersonMatch.fold(value.hasPrefix("'") ? String(value.dropFirst()) : value)
    }
    return [plan.subject.facts, plan.subject.formerly].compactMap(\.self).contains { isPerson($0, cell) }
  }

  private func isPerson(_ facts: PersonFacts, _ cell: (String) -> String) -> Bool {
    let (name, email) = (PersonMatch.fold(facts.name), PersonMatch.fold(facts.email))
    let isNamed = !name.isEmpty && cell("Primary_Contact") == name
    let place = plan.subject.account
    if isNamed, let place, cell(SampleRow.keyColumn) == PersonMatch.fold(place.customerID) { return true }
    if !email.isEmpty, cell("Contact_Email") == email {
      return name.isEmpty || [name, ""].contains(cell("Primary_Contact"))
    }
    guard isNamed else { return false }
    // Of the same name is not the same person where another address is given, or another customer.
    if !email.isEmpty, !cell("Contact_Email").isEmpty { return false }
    return place.map { cell("Customer_Name") == PersonMatch.fold($0.name) } ?? true
  }
}
