import Cockpit
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import TestSupport

/// A room in which things are recorded and heard.
struct NoteRoom {
  let room: CockpitRoom
  var folder: TemporaryFolder { room.folder }
  var clock: ManualClock { room.clock }
  var store: FieldStore { room.store }

  init(_ change: (inout CockpitConfiguration) -> Void = { _ in }) throws { room = try CockpitRoom(configure: change) }

  /// Runs the browser of the first user, whose rows are `Owner.local`'s.
  func test(_ body: (NoteClient) async throws -> Void) async throws {
    try await body(NoteClient(visitor: room.admin))
  }

  /// A recording of somebody, with its bytes.
  @discardableResult
  func record(digit: Character = "a", owner: ID<Owner> = Owner.local, bytes: Data = Data("abcdefghij".utf8)) throws
    -> Clip
  {
    let fixture = Fixture.clip(digit: digit, ownerID: owner, at: clock.now)
    let clip = Clip(
      id: fixture.id, ownerID: owner, path: fixture.path, originalName: fixture.originalName, byteCount: bytes.count,
      sha1: fixture.sha1, sha256: fixture.sha256, durationSeconds: 48, createdAt: fixture.createdAt)
    let file = folder.url.appending(path: clip.path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    _ = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    return clip
  }

  /// What is heard in a recording; words as `(text, start, probability)`.
  func hear(_ clip: Clip, _ words: [(String, Double, Double)], confidence: Double = 0.942) throws {
    guard let job = try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)) else { return }
    let text = words.map(\.0).joined(separator: " ")
    let heard = words.map { #"{"start":\#($0.1),"end":\#($0.1 + 0.4),"word":" \#($0.0)","probability":\#($0.2)}"# }
    let segment = #"[{"id":1,"start":0,"end":9,"text":" \#(text)","words":[\#(heard.joined(separator: ","))]}]"#
    let transcript = Transcript(
      id: .random(), clipID: clip.id, ownerID: clip.ownerID, text: text, segmentsJSON: segment, language: "en",
      confidence: confidence, audioSeconds: 48, latencyMilliseconds: 11_600, model: "demo-en", computeType: "int8",
      engine: "native", completedAt: clock.now)
    try store.jobs.complete(job, owner: "w", transcript: transcript)
  }

  func draft(of clip: Clip) throws -> Draft {
    guard let draft = try store.drafts.find(clipID: clip.id) else { throw Missing() }
    return draft
  }

  struct Missing: Error {}
}

/// A browser of one person.
struct NoteClient: Sendable {
  let visitor: Visitor

  func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Reply {
    try await visitor.send(.get, path, headers: headers)
  }

  /// Posts JSON as the pages' scripts do.
  func send(_ path: String, _ json: String) async throws -> Reply { try await visitor.post(path, json: json) }

  /// Posts a form as a page without scripts does.
  func form(_ path: String, _ fields: [String: String] = [:]) async throws -> Reply {
    try await visitor.post(path, form: fields)
  }
}

extension Reply {
  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
