package import GRDB

/// Every change that the schema has seen, oldest first. Names and contents never change once released: what a
/// migration did wrong is put right by a later one.
package enum Migrations {
  package static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("202611221200_first_tables", migrate: FirstTables.migrate)
    migrator.registerMigration("202611222200_queue", migrate: QueueTables.migrate)
    migrator.registerMigration("202611222202_clips", migrate: ClipsRemembered.migrate)
    migrator.registerMigration("202611222205_delivery", migrate: DeliveryTables.migrate)
    migrator.registerMigration("202611222207_progress", migrate: ProgressTables.migrate)
    migrator.registerMigration("202611222210_views", migrate: Views.migrate)
    migrator.registerMigration("202611231000_cockpit", migrate: CockpitIndexes.migrate)
    migrator.registerMigration("202611231010_access", migrate: AccessTables.migrate)
    migrator.registerMigration("202611231020_people", migrate: PeopleTables.migrate)
    migrator.registerMigration("202611231030_recordings", migrate: RecordingTables.migrate)
    migrator.registerMigration("202611231040_drafts", migrate: DraftTables.migrate)
    migrator.registerMigration("202611231050_helpers", migrate: HelperTables.migrate)
    migrator.registerMigration("202611232000_erasures", migrate: ErasureTables.migrate)
    migrator.registerMigration("202611232050_live_transcripts", migrate: LiveTranscriptTables.migrate)
    migrator.registerMigration("202611232100_copilot_index", migrate: CopilotTables.migrate)
    migrator.registerMigration("202611232200_operations", migrate: OperationsIndexes.migrate)
    migrator.registerMigration("202611232310_api_keys", migrate: APIKeyTable.migrate)
    migrator.registerMigration("202611240900_lean_copilot_index", migrate: LeanCopilotIndex.migrate)
    migrator.registerMigration("202611241130_copilot_generations", migrate: CopilotGenerations.migrate)
    migrator.registerMigration("202611241600_backup_events", migrate: BackupEvents.migrate)
    return migrator
  }()

  /// Makes a database as an earlier release left it: for tests of what later migrations do to its rows.
  package static func make(path: String, upTo identifier: String) throws {
    let queue = try DatabaseQueue(path: path)
    try migrator.migrate(queue, upTo: identifier)
    try queue.close()
  }
}
