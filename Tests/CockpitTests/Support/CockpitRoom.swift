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
  let clock: ManualClock
  let store: FieldStore
  let services: CockpitServices
  /// Sees own rows only.
  let rep: Visitor
  /// Sees everybody's rows.
  let manager: Visitor
  /// The installation's first user, whose rows are `Owner.local`'s.
  let admin: Visitor
  /// Has no session and no cookie.
  let nobody: Visitor

  /// - Parameters:
  ///   - folder: of another room, whose store this one opens too.
  ///   - isNew: nobody was made yet; `rep`, `manager` and `admin` are nobody.
  init(
    folder: TemporaryFolder? = nil, clock: ManualClock = ManualClock(), isNew: Bool = false,
    configure: (inout CockpitConfiguration) -> Void = { _ in }
  ) throws {
    self.folder = try folder ?? TemporaryFolder()
    self.clock = clock
    store = try FieldStore.open(dataDirectory: self.folder.url, clock: clock.wall)
    var configuration = CockpitConfiguration(dataDirectory: self.folder.url)
    configuration.scrypt = ScryptCost(logRounds: 4, blockSize: 8, parallelism: 1)
    configure(&configuration)
    services = try CockpitServices(store: store, configuration: configuration, clock: clock.wall)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    nobody = Visitor(responder: buildRouter(services, logger: logger).buildResponder())
    if isNew || folder != nil {
      (rep, manager, admin) = (nobody, nobody, nobody)
    } else {
      let known = "$scrypt$never"
      let first = try store.users.makeFirstAdmin(name: "Ada Admin", password: known)
      let second = try store.users.add(name: "Rosa Rep", role: .rep, password: known, by: Owner.local)
      let third = try store.users.add(name: "Mina Manager", role: .manager, password: known, by: Owner.local)
      admin = try nobody.signedIn(first, services)
      rep = try nobody.signedIn(second, services)
      manager = try nobody.signedIn(third, services)
    }
  }

  /// A browser that has seen the sign-in page.
  func browser() async throws -> Visitor {
    var browser = nobody
    let page = try await browser.get("/signin")
    browser.cookie = page.headers[.setCookie]?.split(separator: ";").first.map(String.init)
    browser.formToken = page.formToken
    return browser
  }

  /// A browser that holds what `Set-Cookie` said.
  func browser(cookie: String) async throws -> Visitor {
    var browser = nobody
    browser.cookie = cookie.split(separator: ";").first.map(String.init)
    browser.formToken = try await browser.get("/settings").formToken
    return browser
  }

  /// A user who can sign in.
  @discardableResult
  func addUser(_ name: String, _ role: Role, _ password: String) async throws -> User {
    let hash = try await services.hash(password)
    guard let user = try store.users.add(name: name, role: role, password: hash, by: Owner.local) else {
      throw Unexpected()
    }
    return user
  }

  struct Unexpected: Error {}
}

/// A browser of one person.
struct Visitor: Sendable {
  fileprivate let responder: RouterResponder<CockpitContext>
  /// Whose rows are this person's own.
  private(set) var ownerID = ID<Owner>("")
  /// What the browser sends as `Cookie`.
  var cookie: String?
  /// What its pages carry for changes.
  var formToken = ""
  /// Address and name that it asks for.
  var host = "127.0.0.1:8765"
  /// The other end of its connection.
  var address = "127.0.0.1"

  fileprivate init(responder: RouterResponder<CockpitContext>) { self.responder = responder }

  fileprivate func signedIn(_ user: User?, _ services: CockpitServices) throws -> Visitor {
    guard let user else { throw CockpitRoom.Unexpected() }
    let begun = try services.beginSession(of: user.id, agent: "Test", address: "127.0.0.1")
    var visitor = self
    visitor.ownerID = user.id
    visitor.cookie = "fieldos_session=\(begun.token)"
    visitor.formToken = begun.formToken
    return visitor
  }

  /// - Parameter json: ask as a script does.
  func get(_ path: String, json: Bool = false) async throws -> Reply {
    try await send(.get, path, headers: json ? [.accept: "application/json"] : [:])
  }

  /// Posts a form as a page without scripts does.
  @discardableResult
  func post(_ path: String, form: [String: String] = [:]) async throws -> Reply {
    let fields = form.merging(["csrf": formToken]) { own, _ in own }
    let body = fields.sorted { $0.key < $1.key }.map { "\(Self.escape($0.key))=\(Self.escape($0.value))" }
    return try await send(
      .post, path, headers: [.contentType: "application/x-www-form-urlencoded"],
      body: Data(body.joined(separator: "&").utf8), withToken: false)
  }

  /// Posts JSON as `api.js` does.
  @discardableResult
  func post(_ path: String, json: String) async throws -> Reply {
    try await send(
      .post, path, headers: [.contentType: "application/json", .accept: "application/json"], body: Data(json.utf8))
  }

  /// Any request.
  /// - Parameter withToken: as scripts do, in a header.
  @discardableResult
  func send(
    _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: Data? = nil, withToken: Bool = true
  ) async throws -> Reply {
    var fields = headers
    if let cookie, fields[.cookie] == nil { fields[.cookie] = cookie }
    if withToken, method != .get, let name = HTTPField.Name("X-CSRF-Token"), fields[name] == nil {
      fields[name] = formToken
    }
    if let body { fields[.contentLength] = String(body.count) }
    let head = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields)
    let source = ApplicationRequestContextSource(
      channel: NIOAsyncTestingChannel(), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    var context = CockpitContext(source: source)
    context.address = address
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

  /// The token that this page's forms carry.
  var formToken: String {
    let mark = "name=\"csrf-token\" content=\""
    guard let start = text.range(of: mark)?.upperBound else { return "" }
    return String(text[start...].prefix { $0 != "\"" })
  }
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
