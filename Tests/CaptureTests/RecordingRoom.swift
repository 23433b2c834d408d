import Capture
import Crypto
import Domain
import Foundation
import Storage
import TestSupport

/// A data folder, and a phone that speaks into it.
struct RecordingRoom {
  let data: TemporaryFolder
  let clock = ManualClock()
  let store: FieldStore
  let desk: RecordingDesk
  let id: ID<Recording>
  let note = ID<Note>.random()
  let owner: ID<Owner>

  init(
    maxSeconds: Int = 900, owner: ID<Owner> = Owner.local, id: ID<Recording> = .random(),
    crashing at: FinishStep? = nil
  ) throws {
    data = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: data.url, clock: clock.wall)
    self.owner = owner
    self.id = id
    desk = RecordingDesk(store: store, dataDirectory: data.url, maxSeconds: maxSeconds, clock: clock.wall) { step in
      if step == at { throw Crash() }
    }
  }

  /// The process died here.
  struct Crash: Error {}
  struct Unexpected: Error {}

  /// The process that comes after a crash: another connection, no memory of what was.
  func restarted() throws -> RecordingDesk {
    let store = try FieldStore.open(dataDirectory: data.url, clock: clock.wall)
    return RecordingDesk(store: store, dataDirectory: data.url, clock: clock.wall)
  }

  func begin() throws {
    guard case .begun = try desk.begin(id, ownerID: owner, draftID: note, startedAt: clock.now) else {
      throw Unexpected()
    }
  }

  /// What is spoken in one part: no two are the same.
  static func bytes(_ number: Int, samples: Int = 1_000) -> Data {
    Data((0..<samples * 2).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ (number &* 7 &+ 1)) })
  }

  static func hash(_ data: Data) -> String {
    SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
  }

  /// Sends a part as the phone does.
  func send(_ number: Int, _ bytes: Data? = nil, as sha256: String? = nil) throws {
    let bytes = bytes ?? Self.bytes(number)
    let file = try desk.receive(for: id)
    try file.write(bytes.prefix(700))
    try file.write(bytes.dropFirst(700))
    try desk.keep(file, number: number, of: id, sha256: sha256 ?? Self.hash(bytes))
  }

  func declaration(_ chunks: Int, samples: Int = 1_000) -> RecordingDeclaration {
    let digests = (0..<chunks).map { Data(SHA256.hash(data: Self.bytes($0, samples: samples))) }
    return RecordingDeclaration(
      chunks: chunks, frames: chunks * samples, sha256: Self.hash(digests.reduce(Data(), +)))
  }

  /// Begins, and sends so many parts.
  func speak(_ chunks: Int) throws {
    try begin()
    for number in 0..<chunks { try send(number) }
  }

  /// The samples of the one clip that is here.
  func spoken(_ desk: RecordingDesk) throws -> Data {
    let clips = try desk.store.clips.all()
    guard clips.count == 1 else { throw Unexpected() }
    let file = try Data(contentsOf: data.url.appending(path: clips[0].path))
    let length = file.dropFirst(40).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return file.dropFirst(44).prefix(length)
  }
}
