import Capture
import Cockpit
import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Storage
import TestSupport
import Testing

/// The cockpit over one data folder.
struct CaptureSite {
  let folder: TemporaryFolder
  let store: FieldStore
  let configuration: CockpitConfiguration

  init(_ change: (inout CockpitConfiguration) -> Void = { _ in }) throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url)
    var configuration = CockpitConfiguration(dataDirectory: folder.url)
    change(&configuration)
    self.configuration = configuration
  }

  func application() throws -> some ApplicationProtocol {
    let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let services = try CockpitServices(store: store, configuration: configuration)
    return Application(router: buildRouter(services, logger: silent), logger: silent)
  }

  static let json: HTTPFields = [.contentType: "application/json", .accept: "application/json"]

  static func hash(_ data: Data) -> String { SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined() }

  static func begin(_ id: ID<Recording>, note: ID<Note> = .random()) -> ByteBuffer {
    ByteBuffer(string: #"{"id":"\#(id)","note":"\#(note)","started":1795348800000}"#)
  }

  static func finish(_ parts: [Data]) -> ByteBuffer {
    let digest = hash(parts.map { Data(SHA256.hash(data: $0)) }.reduce(Data(), +))
    let frames = parts.reduce(0) { $0 + $1.count } / 2
    return ByteBuffer(string: #"{"chunks":\#(parts.count),"frames":\#(frames),"sha256":"\#(digest)"}"#)
  }

  static func announced(_ data: Data) -> HTTPFields {
    var fields: HTTPFields = [.accept: "application/json"]
    if let name = HTTPField.Name("X-SHA-256") { fields[name] = hash(data) }
    return fields
  }
}

@Suite("The routes of recordings")
struct RecordingRouteTests {
  private let id = ID<Recording>.random()
  private let parts = (0..<3).map { number in Data((0..<2_000).map { UInt8(truncatingIfNeeded: $0 &+ number) }) }

  @Test("begin, parts, finish: each answer says what is durable, and each may be repeated") func whole() async throws {
    let site = try CaptureSite()
    try await site.application().test(.router) { client in
      for _ in 0..<2 {
        try await client.execute(
          uri: "/api/recordings", method: .post, headers: CaptureSite.json, body: CaptureSite.begin(id)
        ) { #expect($0.status == .ok) }
      }
      for (number, part) in parts.enumerated() {
        try await client.execute(
          uri: "/api/recordings/\(id)/chunks/\(number)", method: .put, headers: CaptureSite.announced(part),
          body: ByteBuffer(data: part)
        ) { #expect($0.status == .noContent) }
      }
      try await client.execute(uri: "/api/recordings/\(id)", method: .get) { reply in
        #expect(String(buffer: reply.body).contains(#""have":[[0,2]]"#))
      }
      for _ in 0..<2 {
        try await client.execute(
          uri: "/api/recordings/\(id)/finish", method: .post, headers: CaptureSite.json, body: CaptureSite.finish(parts)
        ) { reply in
          #expect(reply.status == .ok)
          #expect(String(buffer: reply.body).contains(#""state":"assembled""#))
        }
      }
    }
    #expect(try site.store.clips.all().count == 1)
  }

  @Test("each refusal has its status and its words") func refusals() async throws {
    let site = try CaptureSite { $0.audioMaxSeconds = 60 }
    _ = try site.store.recordings.begin(id, ownerID: Owner.local, draftID: .random(), startedAt: Date())
    let other = ID<Recording>.random()
    _ = try site.store.recordings.begin(other, ownerID: ID("other"), draftID: .random(), startedAt: Date())
    let chunk = "/api/recordings/\(id)/chunks"
    let long = Data(count: 1 << 20)
    try await site.application().test(.router) { client in
      func put(_ uri: String, _ body: Data, as announced: Data? = nil) async throws -> (Int, String) {
        try await client.execute(
          uri: uri, method: .put, headers: CaptureSite.announced(announced ?? body), body: ByteBuffer(data: body)
        ) { ($0.status.code, String(buffer: $0.body)) }
      }
      #expect(try await put("\(chunk)/0", parts[0]).0 == 204)
      #expect(try await put("\(chunk)/0", parts[1]).0 == 409)
      #expect(try await put("\(chunk)/1", parts[1], as: parts[2]).0 == 422)
      #expect(try await put("\(chunk)/1", Data(count: 1 << 20 + 2)).0 == 413)
      #expect(try await put("\(chunk)/x", parts[1]).0 == 400)
      #expect(try await put("/api/recordings/\(other)/chunks/0", parts[0]).0 == 403)
      #expect(try await put("/api/recordings/\(ID<Recording>.random())/chunks/0", parts[0]).0 == 404)
      #expect(try await put("/api/recordings/..%2F..%2Fx/chunks/0", parts[0]).0 == 404)
      #expect(try await put("\(chunk)/1", long).0 == 204)
      let refused = try await put("\(chunk)/2", long)
      #expect(refused.0 == 413)
      #expect(refused.1.contains("1 minute is the limit, so recording stopped. All of it is saved."))
      let early = try await client.execute(
        uri: "/api/recordings/\(id)/finish", method: .post, headers: CaptureSite.json,
        body: ByteBuffer(string: #"{"chunks":4,"frames":1,"sha256":""}"#)
      ) { ($0.status.code, String(buffer: $0.body)) }
      #expect(early.0 == 409)
      #expect(early.1.contains(#""missing":[2,3]"#))
      for body in ["{}", #"{"id":"../x","note":"y","started":1}"#, "[", #"{"id":"\#(id)","note":"x","started":1}"#] {
        let status = try await client.execute(
          uri: "/api/recordings", method: .post, headers: CaptureSite.json, body: ByteBuffer(string: body)
        ) { $0.status }
        #expect(status == .badRequest)
      }
      let foreign = try await client.execute(
        uri: "/api/recordings", method: .post, headers: CaptureSite.json, body: CaptureSite.begin(other)
      ) { $0.status }
      #expect(foreign == .forbidden)
    }
  }

  @Test("a phone that does not come back: the form finishes with what is here") func form() async throws {
    let site = try CaptureSite()
    let note = ID<Note>.random()
    _ = try site.store.recordings.begin(id, ownerID: Owner.local, draftID: note, startedAt: Date())
    try await site.application().test(.router) { client in
      try await client.execute(
        uri: "/api/recordings/\(id)/chunks/0", method: .put, headers: CaptureSite.announced(parts[0]),
        body: ByteBuffer(data: parts[0])
      ) { #expect($0.status == .noContent) }
      try await client.execute(
        uri: "/recordings/\(id)/finish", method: .post, body: ByteBuffer(string: "csrf=")
      ) { reply in
        #expect(reply.status == .seeOther)
        #expect(reply.headers[.location] == "/notes/\(note)")
      }
    }
    #expect(try site.store.recordings.find(id)?.state == .assembled)
  }

  @Test("the page has the recorder, or without it the upload alone", arguments: [true, false])
  func page(offers: Bool) async throws {
    let site = try CaptureSite {
      $0.offersRecorder = offers; $0.uploadMaxBytes = 1 << 20
    }
    try await site.application().test(.router) { client in
      try await client.execute(uri: "/record", method: .get) { reply in
        let html = String(buffer: reply.body)
        #expect(reply.status == .ok)
        #expect(html.contains("data-main") == offers)
        #expect(html.contains("Upload a recording"))
        // 1 MiB of samples is the nearer limit.
        #expect(html.contains(#"data-limit="32""#))
        #expect(reply.headers[.init("X-FieldOS-Owner")!] == "local")
      }
      try await client.execute(uri: "/waiting", method: .get) { #expect($0.status == .ok) }
    }
  }

  @Test("the worker's script names every asset under a version") func worker() async throws {
    try await CaptureSite().application().test(.router) { client in
      try await client.execute(uri: "/sw.js", method: .get) { reply in
        let script = String(buffer: reply.body)
        #expect(script.hasPrefix("const VERSION = \""))
        #expect(script.contains("\"/js/capture/pcm.js\"") && script.contains("\"/css/app.css\""))
        #expect(!script.contains("\"/sw.js\""))
        #expect(reply.headers[.contentType]?.hasPrefix("text/javascript") == true)
      }
    }
  }
}
