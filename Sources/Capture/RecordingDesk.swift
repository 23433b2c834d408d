public import Domain
public import Foundation
public import Storage

/// Takes the chunks of recordings in. What it has returned for survives a power cut: a chunk's bytes are on disk under
/// their final name before its row is, and its row before the caller hears of it.
public struct RecordingDesk: Sendable {
  /// Most bytes of one chunk: 1 MiB, 32 s.
  public static let mostChunkBytes = 1 << 20
  /// How much longer than the limit a recording may be: what was spoken while the phone stopped itself.
  public static let graceSeconds = 5
  /// Most chunks of one recording.
  static let mostChunks = 200_000

  public let store: FieldStore
  let ingest: Ingest
  let dataDirectory: URL
  let clock: WallClock
  let maxSeconds: Int
  /// Called before each step of finishing; a test that throws here is a crash.
  let checkpoint: @Sendable (FinishStep) throws -> Void

  /// - Parameter maxSeconds: longest recording; default 900.
  public init(store: FieldStore, dataDirectory: URL, maxSeconds: Int = 900, clock: WallClock = .system) {
    self.init(store: store, dataDirectory: dataDirectory, maxSeconds: maxSeconds, clock: clock) { _ in }
  }

  package init(
    store: FieldStore, dataDirectory: URL, maxSeconds: Int = 900, clock: WallClock,
    checkpoint: @escaping @Sendable (FinishStep) throws -> Void
  ) {
    self.store = store
    self.dataDirectory = dataDirectory
    self.maxSeconds = maxSeconds
    self.clock = clock
    self.checkpoint = checkpoint
    ingest = Ingest(store: store, dataDirectory: dataDirectory, clock: clock)
  }

  var mostBytes: Int { (maxSeconds + Self.graceSeconds) * Recording.bytesPerSecond }

  func folder(_ id: ID<Recording>) -> RecordingFolder { RecordingFolder(dataDirectory: dataDirectory, id: id) }

  /// Begins a recording, or gives the one that was begun under this identifier, and the note that it is spoken for.
  public func begin(
    _ id: ID<Recording>, ownerID: ID<Owner>, draftID: ID<Note>, contactID: ID<Person>? = nil, startedAt: Date,
    client: String = "{}"
  ) throws -> RecordingStore.BeginResult {
    let result = try store.recordings.begin(
      id, ownerID: ownerID, draftID: draftID, contactID: contactID, startedAt: startedAt, client: client)
    switch result {
    // A crash may have come between the recording and its note.
    case .begun(let recording), .known(let recording): try store.beginDraft(of: recording)
    case .foreign, .tooMany: break
    }
    return result
  }

  /// A file for the bytes of a chunk, in the recording's folder; ``keep(_:number:of:sha256:)`` gives it its name.
  public func receive(for id: ID<Recording>) throws -> ReceivedFile {
    let folder = folder(id)
    try folder.prepare()
    let temporary = folder.url.appending(path: "incoming_\(RandomHex.make(bytes: 8)).tmp")
    return try ReceivedFile(temporary, maxBytes: Self.mostChunkBytes)
  }

  /// Keeps a chunk that came. The same bytes may come again, whenever: they are written again, which heals a damaged
  /// file.
  /// - Parameter sha256: of the bytes as they were spoken, 64 lower-case hex digits.
  /// - Returns: the chunk as it is kept.
  /// - Throws: ``CaptureError`` where it is refused; nothing of it is kept then.
  @discardableResult
  public func keep(
    _ received: ReceivedFile, number: Int, of id: ID<Recording>, sha256: String
  ) throws -> RecordedChunk {
    guard (0..<Self.mostChunks).contains(number), received.byteCount > 0, received.byteCount % 2 == 0 else {
      throw CaptureError.notAChunk
    }
    guard received.fingerprint().sha256 == sha256 else { throw CaptureError.damagedOnTheWay }
    let chunk = RecordedChunk(
      number: number, byteCount: received.byteCount, sha256: sha256, path: folder(id).path(number))
    // Other bytes must not take the place of those that are kept.
    if let known = try store.recordings.chunk(number, of: id), known.sha256 != sha256 {
      throw CaptureError.chunkTaken(number: number)
    }
    try received.keep(as: dataDirectory.appending(path: chunk.path))
    switch try store.recordings.keep(chunk, of: id, mostBytes: mostBytes) {
    case .kept, .known: return chunk
    case .taken: throw CaptureError.chunkTaken(number: number)
    case .closed:
      removeIfUnused(id)
      throw CaptureError.recordingClosed
    case .tooLong: throw CaptureError.recordingTooLong(limit: maxSeconds)
    }
  }

  /// Numbers of the chunks that are durable, in order: their row is there, and a file of their size.
  public func durableChunks(of id: ID<Recording>) throws -> [Int] {
    try store.recordings.chunks(of: id).filter(hasItsSize).map(\.number)
  }

  private func hasItsSize(_ chunk: RecordedChunk) -> Bool {
    var status = stat()
    let file = dataDirectory.appending(path: chunk.path)
    guard lstat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return Int(status.st_size) == chunk.byteCount
  }

  /// A chunk that came after its recording was made a clip must not leave a folder behind.
  private func removeIfUnused(_ id: ID<Recording>) {
    if let recording = try? store.recordings.find(id), recording.state == .assembled { folder(id).remove() }
  }
}
