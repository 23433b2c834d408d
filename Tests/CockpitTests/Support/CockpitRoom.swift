import Cockpit
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Storage
import TestSupport

/// A cockpit on an empty store in a folder of its own, and three people who are signed in to it. Requests go through
/// the whole router, middlewares included, without a socket:
///
///     let room = try CockpitRoom()
///     let reply = try await room.rep.get("/notes")
///     try await room.rep.post("/outbox/retry", form: ["id": "1"])
struct CockpitRoom: Sendable {
  let folder: TemporaryFolder
  let clock = ManualClock()
  let store: FieldStore
  let services: CockpitServices
  /// Sees own rows only.
  let rep: Visitor
  /// Sees everybody's rows.
  let manager: Visitor
  /// The installation's first user, whose rows are `Owner.local`'s.
  let admin: Visitor
  /// Has no session.
  let nobody: Visitor

  init(configure: (inout CockpitConfiguration) -> Void = { _ in }) throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
    var configuration = CockpitConfiguration(dataDirectory: folder.url)
    configure(&configuration)
    services = try CockpitServices(store: store, configuration: configuration, clock: clock.wall)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let responder = buildRouter(services, logger: logger).buildResponder()
    func person(_ name: String, _ role: Role, _ owner: ID<Owner>) -> Visitor {
      Visitor(
        responder: responder,
        identity: Identity(ownerID: owner, name: name, role: role, isSignedIn: true))
    }
    rep = person("Rosa Rep", .rep, ID("rep"))
    manager = person("Mina Manager", .manager, ID("manager"))
    admin = person("Ada Admin", .admin, Owner.local)
    nobody = Visitor(responder: responder, identity: nil)
  }
}

/// A browser of one person.
struct Visitor: Sendable {
  fileprivate let responder: RouterResponder<CockpitContext>
  fileprivate let identity: Identity?

  /// Whose rows are this person's own.
  var ownerID: ID<Owner> { identity?.ownerID ?? ID("") }

  /// - Parameter json: ask as a script does.
  func get(_ path: String, json: Bool = false) async throws -> Reply {
    try await send(.get, path, headers: json ? [.accept: "application/json"] : [:])
  }

  /// Posts a form as a page without scripts does.
  @discardableResult
  func post(_ path: String, form: [String: String] = [:]) async throws -> Reply {
    let body = form.sorted { $0.key < $1.key }.map { "\(Self.escape($0.key))=\(Self.escape($0.value))" }
    return try await send(
      .post, path, headers: [.contentType: "application/x-www-form-urlencoded"],
      body: Data(body.joined(separator: "&").utf8))
  }

  /// Posts JSON as `api.js` does.
  @discardableResult
  func post(_ path: String, json: String) async throws -> Reply {
    try await send(
      .post, path, headers: [.contentType: "application/json", .accept: "application/json"], body: Data(json.utf8))
  }

  /// Any request.
  @discardableResult
  func send(
    _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: Data? = nil
  ) async throws -> Reply {
    let head = HTTPRequest(
      method: method, scheme: "http", authority: "127.0.0.1:8765", path: path, headerFields: headers)
    let source = ApplicationRequestContextSource(
      channel: NIOAsyncTestingChannel(), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    var context = CockpitContext(source: source)
    context.identity = identity
    let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body ?? Data())))
    let response = try await responder.respond(to: request, context: context)
    let collector = Collector()
    try await response.body.write(collector)
    return Reply(status: response.status, headers: response.headers, body: await collector.bytes.value)
  }

  private static func escape(_ text: String) -> String {
    let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
  }
}

/// What came back.
struct Reply: Sendable {
  let status: HTTPResponse.Status
  let headers: HTTPFields
  let body: Data

  var text: String { String(decoding: body, as: UTF8.self) }
  /// Where a redirect leads.
  var location: String? { headers[.location] }
}

/// Keeps what a response writes.
private struct Collector: ResponseBodyWriter {
  actor Bytes {
    private(set) var value = Data()
    func add(_ buffer: ByteBuffer) { value.append(contentsOf: buffer.readableBytesView) }
  }

  let bytes = Bytes()

  mutating func write(_ buffer: ByteBuffer) async throws { await bytes.add(buffer) }
  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
