import GRDB

/// What a rep's pages ask all the time: how many notes of theirs are not in the CRM yet.
enum CockpitIndexes {
  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE INDEX outbox_undelivered_by_owner ON outbox (owner_id, state)
          WHERE state NOT IN ('synced', 'superseded')
        """)
  }
}
