public import Domain
public import Foundation

/// The truth of an installation: one SQLite database, `fieldos.sqlite`, in the data folder.
///
/// Every commit is on disk before the call that made it returns (WAL, `synchronous=FULL`). Every write transaction
/// starts with BEGIN IMMEDIATE and waits up to 5 s for another process. Times are kept as whole milliseconds since
/// 1970-01-01 UTC. Calls block the calling thread for as long as the disk takes.
public final class FieldStore: Sendable {
  /// The folder that holds the database, the audio and the files projected from events.
  public let dataDirectory: URL
  let connection: StoreConnection

  private init(dataDirectory: URL, connection: StoreConnection) {
    self.dataDirectory = dataDirectory
    self.connection = connection
  }

  /// Opens the store, creating the folder and the database where they are missing and bringing an older schema up.
  /// Several processes may open the same folder at the same time.
  /// - Throws: ``StorageError``.
  public static func open(dataDirectory: URL, clock: WallClock = .system) throws -> FieldStore {
    try DataFolder.prepare(dataDirectory)
    let lock = try OpeningLock(folder: dataDirectory)
    defer { lock.release() }
    let use = try FolderUse.shared(dataDirectory)
    let file = dataDirectory.appending(path: "fieldos.sqlite")
    let pool = try DatabaseOpening.open(path: file.path)
    try FolderSync.sync(dataDirectory)
    return FieldStore(
      dataDirectory: dataDirectory,
      connection: StoreConnection(pool: pool, clock: clock, path: file.path, use: use))
  }

  /// Closes the database; every later call throws. For orderly shutdown: a killed process loses nothing either.
  public func close() throws {
    try connection.close()
  }

  /// Recordings taken in.
  public var clips: ClipStore { ClipStore(connection: connection) }
  /// The queue of work on clips.
  public var jobs: JobStore { JobStore(connection: connection) }
  /// Recordings that come up in chunks.
  public var recordings: RecordingStore { RecordingStore(connection: connection) }
  /// What was heard of recordings while they were spoken.
  public var live: LiveTranscriptStore { LiveTranscriptStore(connection: connection) }
  /// How far jobs on long recordings have come.
  public var progress: ProgressStore { ProgressStore(connection: connection) }
  /// Which queues people have paused.
  public var queues: QueueStore { QueueStore(connection: connection) }
  /// What was heard in the clips.
  public var transcripts: TranscriptStore { TranscriptStore(connection: connection) }
  /// Saved notes and their versions.
  public var notes: NoteStore { NoteStore(connection: connection) }
  /// Notes while they are written.
  public var drafts: DraftStore { DraftStore(connection: connection) }
  /// What reps correct in transcripts.
  public var corrections: CorrectionStore { CorrectionStore(connection: connection) }
  /// Lists of notes, and what is found in them.
  public var search: NoteSearch { NoteSearch(connection: connection) }
  /// The shape of each recording's sound.
  public var waves: WaveStore { WaveStore(connection: connection) }
  /// What the helpers beside drafts have done.
  public var helpers: HelperStore { HelperStore(connection: connection) }
  /// Notes on their way to the CRM.
  public var outbox: OutboxStore { OutboxStore(connection: connection) }
  /// The log of every transition.
  public var events: EventStore { EventStore(connection: connection) }
  /// What the files that people read need beside the events.
  public var views: ViewStore { ViewStore(connection: connection) }
  /// Notes of other systems.
  public var imports: ImportStore { ImportStore(connection: connection) }
  /// Who may use the cockpit.
  public var users: UserStore { UserStore(connection: connection) }
  /// In which browsers people are signed in.
  public var sessions: SessionStore { SessionStore(connection: connection) }
  /// How often signing in failed.
  public var signIns: SignInStore { SignInStore(connection: connection) }
  /// Keys of programs that ask the transcription server.
  public var apiKeys: APIKeyStore { APIKeyStore(connection: connection) }
  /// Who did what, and what was refused.
  public var audit: AuditStore { AuditStore(connection: connection) }
  /// Customers and the people there.
  public var people: PeopleStore { PeopleStore(connection: connection) }
  /// What was promised to people, and how days ended.
  public var followUps: FollowUpStore { FollowUpStore(connection: connection) }
  /// Customers of a table that another system keeps.
  public var customers: CustomerStore { CustomerStore(connection: connection) }
  /// The pipeline's figures as they were last read.
  public var pipeline: PipelineStore { PipelineStore(connection: connection) }
  /// What was spoken on a day.
  public var spoken: SpokenStore { SpokenStore(connection: connection) }
  /// What the copilot answers from.
  public var references: ReferenceStore { ReferenceStore(connection: connection) }
  /// How often the copilot was asked.
  public var copilot: CopilotStore { CopilotStore(connection: connection) }
  /// Who was erased.
  public var erasures: EraseStore { EraseStore(connection: connection) }
  /// What an operator asks.
  public var operations: OperationsStore { OperationsStore(connection: connection) }
  /// Which workers are alive.
  public var signs: SignStore { SignStore(connection: connection) }

  /// The settings that durability rests on, as the writing connection reports them.
  public func durability() throws -> Durability {
    try connection.readOnWriter(Durability.init)
  }
}
