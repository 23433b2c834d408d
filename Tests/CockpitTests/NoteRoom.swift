import Cockpit
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Storage
import TestSupport

/// A cockpit over a store of its own, with a clock that stands.
struct NoteRoom {
  let folder: TemporaryFolder
  let clock = ManualClock()
  let store: FieldStore
  let services: CockpitServices

  init(_ change: (inout CockpitConfiguration) -> Void = { _ in }) throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
    var configuration = CockpitConfiguration(dataDirectory: folder.url)
    change(&configuration)
    services = try CockpitServices(store: store, configuration: configuration, clock: clock.wall)
  }

  /// Runs a client against it.
  func test(_ body: @escaping @Sendable (NoteClient) async throws -> Void) async throws {
    let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let application = Application(router: buildRouter(services, logger: silent), logger: silent)
    try await application.test(.router) { try await body(NoteClient(client: $0)) }
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

/// A browser of the one local user.
struct NoteClient: Sendable {
  struct Reply {
    let status: HTTPResponse.Status
    let text: String
    fileprivate let headers: HTTPFields

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
  }

  fileprivate let client: any TestClientProtocol

  func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Reply { try await ask(path, .get, headers, "") }

  /// Posts JSON as the pages' scripts do.
  func send(_ path: String, _ json: String) async throws -> Reply {
    try await ask(path, .post, [.accept: "application/json", .contentType: "application/json"], json)
  }

  /// Posts a form as a page without scripts does.
  func form(_ path: String, _ fields: String) async throws -> Reply {
    try await ask(path, .post, [.contentType: "application/x-www-form-urlencoded"], fields)
  }

  private func ask(
    _ path: String, _ method: HTTPRequest.Method, _ headers: HTTPFields, _ body: String
  ) async throws -> Reply {
    try await client.execute(
      uri: path, method: method, headers: headers, body: body.isEmpty ? nil : .init(string: body)
    ) { Reply(status: $0.status, text: String(buffer: $0.body), headers: $0.headers) }
  }
}
