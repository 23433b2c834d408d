import Domain
import Foundation
import GRDB

/// Finds every row of a person, in one transaction.
struct EraseSearch {
  /// What a note or draft says of its contact.
  struct Contact {
    let draftID: String
    let name: String
    let email: String
    let phone: String
    let account: String

    init(row: Row) {
      draftID = row["draft_id"]
      name = row["name"] ?? ""
      email = row["email"] ?? ""
      phone = row["phone"] ?? ""
      account = row["account"] ?? ""
    }
  }

  /// Notes that name no contact of ours, as their drafts and everything that was sent of them have it.
  static let contacts = """
    SELECT drafts.id AS draft_id, drafts.contact_name AS name, '' AS email, '' AS phone, drafts.account
    FROM drafts WHERE contact_id IS NULL OR contact_id NOT IN (SELECT id FROM people)
    UNION ALL
    SELECT outbox.note_id, \(field("contact_name")), \(field("contact_email")), \(field("contact_phone")),
      \(field("account"))
    FROM outbox LEFT JOIN drafts ON drafts.id = outbox.note_id
    WHERE drafts.contact_id IS NULL OR drafts.contact_id NOT IN (SELECT id FROM people)
    """

  private static func field(_ name: String) -> String { "CAST(json_extract(outbox.payload, '$.\(name)') AS TEXT)" }

  /// Most notes that are named as mentioning somebody.
  private static let mostMentions = 200

  private(set) var plan: ErasePlan
  private let db: Database
  private let now: Int64

  init(_ db: Database, _ subject: ErasePlan.Subject, now: Int64) throws {
    plan = ErasePlan(subject: subject)
    self.db = db
    self.now = now
    try findNotes()
    try findSound()
    try findPeople()
    try findReferences()
    try findEvents()
    try findDeliveries()
    try findMentions()
    try count()
  }

  private mutating func findNotes() throws {
    let subject = plan.subject
    let id = subject.id?.rawValue ?? ""
    var drafts = Set(
      try String.fetchAll(
        db,
        sql: """
          SELECT id FROM drafts WHERE contact_id = :id AND :id <> ''
          UNION SELECT draft_id FROM recordings WHERE contact_id = :id AND :id <> '' AND NOT EXISTS (
            SELECT 1 FROM drafts WHERE drafts.id = recordings.draft_id AND drafts.contact_id <> :id)
          """,
        arguments: ["id": id]))
    let others = try Row.fetchAll(
      db,
      sql: """
        SELECT people.name, accounts.name AS account FROM people JOIN accounts ON accounts.id = people.account_id
        WHERE people.id <> ?
        """,
      arguments: [id]
    ).map { row -> (name: String, account: String) in (row["name"], row["account"]) }
    let match = PersonMatch(subject, others: others)
    let rows = try Row.fetchCursor(db, sql: Self.contacts)
    while let row = try rows.next() {
      let contact = Contact(row: row)
      if match.isMine(name: contact.name, email: contact.email, phone: contact.phone, account: contact.account) {
        drafts.insert(contact.draftID)
      }
    }
    plan.ids["drafts"] = drafts.sorted()
    plan.ids["notes"] = try ids("SELECT id FROM notes WHERE id IN \(list)", drafts.sorted())
    plan.ids["outbox"] = try ids("SELECT id FROM outbox WHERE note_id IN \(list)", plan.ids["notes"])
    plan.imports = try ids("SELECT fingerprint FROM imports WHERE note_id IN \(list)", plan.ids["notes"])
  }

  private mutating func findSound() throws {
    let drafts = plan.ids["drafts"]
    let attached = try ids(
      """
      SELECT clip_id FROM drafts WHERE id IN \(list) AND clip_id IS NOT NULL
      UNION SELECT clip_id FROM notes WHERE id IN \(list) AND clip_id IS NOT NULL
      UNION SELECT clip_id FROM recordings WHERE draft_id IN \(list) AND clip_id IS NOT NULL
      """, drafts)
    // A recording that became another note's clip is that note's.
    let foreign = Set(
      try ids("SELECT clip_id FROM drafts WHERE clip_id IS NOT NULL AND id NOT IN \(list)", drafts))
    let clips = attached.filter { !foreign.contains($0) }
    plan.ids["clips"] = clips
    plan.ids["recordings"] = try ids("SELECT id FROM recordings WHERE draft_id IN \(list)", drafts)
    plan.ids["jobs"] = try ids("SELECT id FROM jobs WHERE clip_id IN \(list)", clips)
    plan.ids["transcripts"] = try ids("SELECT id FROM transcripts WHERE clip_id IN \(list)", clips)
    plan.files = try ids("SELECT path FROM clips WHERE id IN \(list)", clips)
    plan.files += try ids("SELECT 'recordings/' || id FROM recordings WHERE id IN \(list)", plan.ids["recordings"])
    plan.sounds = try Row.fetchAll(
      db,
      sql: """
        SELECT owner_id, sha1, path, EXISTS (
          SELECT 1 FROM clips AS other WHERE other.sha1 = clips.sha1 AND other.id NOT IN \(list)) AS shared
        FROM clips WHERE id IN \(list) ORDER BY id
        """,
      arguments: ["list": json(clips)]
    ).map { ErasePlan.Sound(ownerID: $0.id("owner_id"), sha1: $0["sha1"], path: $0["path"], isShared: $0["shared"]) }
  }

  private mutating func findPeople() throws {
    let person = [plan.subject.id?.rawValue].compactMap(\.self)
    plan.ids["people"] = person
    plan.ids["follow_ups"] = try ids("SELECT id FROM follow_ups WHERE person_id IN \(list)", person)
    plan.ids["accounts"] = [plan.subject.account].compactMap { $0?.goes == true ? $0?.id.rawValue : nil }
  }

  /// Pieces of the copilot's index that name the person.
  private mutating func findReferences() throws {
    plan.ids["reference_chunks"] = try ids(
      """
      SELECT id FROM reference_chunks WHERE EXISTS (
        SELECT 1 FROM json_each(:list) AS word
        WHERE instr(
          lower(reference_chunks.content || char(31) || reference_chunks.json), lower(word.value)) > 0)
      """, Needles(plan).words)
  }

  /// Events of the person's rows, and those of others that name one of them.
  private mutating func findEvents() throws {
    plan.events = try Int64.fetchAll(
      db,
      sql: """
        SELECT seq FROM events WHERE subject_id IN \(list)
          OR EXISTS (SELECT 1 FROM json_each(events.json) AS fact WHERE fact.type = 'text' AND fact.value IN \(list))
        ORDER BY seq
        """,
      arguments: ["list": json(plan.ids.values.joined().sorted())])
  }

  private mutating func findDeliveries() throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT *, CAST(json_extract(payload, '$.customer_id') AS TEXT) AS customer FROM outbox
        WHERE id IN \(list) ORDER BY created_at, rowid
        """,
      arguments: ["list": json(plan.ids["outbox"] ?? [])])
    for row in rows {
      let entry = try OutboxEntry(row: row)
      let isKnown = entry.state == .synced
      if entry.payloadID != entry.noteID.rawValue { plan.payloadIDs.append(entry.payloadID) }
      if entry.state == .sending, let until: Int64 = row["lease_expires_at"], until > now {
        plan.sendingUntil = max(plan.sendingUntil ?? .distantPast, Date(unixMilliseconds: until))
      }
      guard isKnown || entry.unknownOutcome || entry.state == .sending else { continue }
      plan.deliveries.append(
        .init(
          crmID: entry.payloadID, customerID: row["customer"] ?? "",
          at: entry.stateChangedAt, responseCode: isKnown ? entry.responseCode : nil))
    }
  }

  /// Notes of others that have the person's whole name in them.
  private mutating func findMentions() throws {
    let words = plan.subject.facts.name.split { !$0.isLetter && !$0.isNumber }.prefix(12)
    if words.isEmpty { return }
    let phrase = "\"" + words.map { $0.prefix(60) }.joined(separator: " ") + "\""
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT drafts.id, drafts.created_at FROM note_index JOIN drafts ON drafts.seq = note_index.rowid
        WHERE note_index MATCH :phrase AND drafts.id NOT IN \(list) ORDER BY drafts.seq DESC
        """,
      arguments: ["phrase": phrase, "list": json(plan.ids["drafts"] ?? [])])
    plan.mentions = rows.prefix(Self.mostMentions).map { .init(id: $0.id("id"), createdAt: $0.date("created_at")) }
    plan.moreMentions = max(0, rows.count - Self.mostMentions)
  }

  private mutating func count() throws {
    for (table, answer) in ErasedTables.all {
      guard case .rows(let condition) = answer else { continue }
      let count = try Int.fetchOne(
        db, sql: "SELECT COUNT(*) FROM \(table) WHERE \(condition)",
        arguments: plan.arguments(in: condition))
      if let count, count > 0 { plan.counts[table] = count }
    }
  }

  private let list = "(SELECT value FROM json_each(:list))"

  private func ids(_ sql: String, _ values: [String]?) throws -> [String] {
    try String.fetchAll(db, sql: sql, arguments: ["list": json(values ?? [])]).sorted()
  }

  private func json(_ values: [String]) throws -> String { try EraseStore.json(values) }
}

extension ErasePlan {
  /// The lists that a condition of ``ErasedTables`` names.
  func arguments(in condition: String) throws -> StatementArguments {
    var values: [String: (any DatabaseValueConvertible)?] = [:]
    for name in ids.keys where condition.contains(":\(name))") { values[name] = try EraseStore.json(ids[name]) }
    if condition.contains(":events)") { values["events"] = try EraseStore.json(events) }
    for match in condition.matches(of: /:([a-z_]+)\)/) where values[String(match.1)] == nil {
      values[String(match.1)] = "[]"
    }
    return StatementArguments(values)
  }
}
