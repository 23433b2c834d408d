import Capture
import Cockpit
import Crypto
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

/// What a browser sends of a recording.
struct SpokenParts {
  let id = ID<Recording>.random()
  let note = ID<Note>.random()
  let parts: [Data]

  /// - Parameter bytes: of each part.
  init(count: Int = 3, bytes: Int = 2_000) {
    parts = (0..<count).map { number in Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0 &+ number) }) }
  }

  static func hash(_ data: Data) -> String { SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined() }

  var beginning: String { Self.beginning(id, note) }

  static func beginning(_ id: ID<Recording>, _ note: ID<Note>) -> String {
    #"{"id":"\#(id)","note":"\#(note)","started":1795348800000}"#
  }

  var declaration: String {
    let digest = Self.hash(parts.map { Data(SHA256.hash(data: $0)) }.reduce(Data(), +))
    let frames = parts.reduce(0) { $0 + $1.count } / 2
    return #"{"chunks":\#(parts.count),"frames":\#(frames),"sha256":"\#(digest)"}"#
  }
}

extension Visitor {
  /// Sends a part of a recording.
  func put(_ path: String, _ body: Data, as announced: Data? = nil) async throws -> Reply {
    var fields: HTTPFields = [.accept: "application/json"]
    if let name = HTTPField.Name("X-SHA-256") { fields[name] = SpokenParts.hash(announced ?? body) }
    return try await send(.put, path, headers: fields, body: body)
  }
}

@Suite("The routes of recordings")
struct RecordingRouteTests {
  private let spoken = SpokenParts()

  @Test("begin, parts, finish: each answer says what is durable, and each may be repeated") func whole() async throws {
    let room = try CockpitRoom()
    for _ in 0..<2 { #expect(try await room.rep.post("/api/recordings", json: spoken.beginning).status == .ok) }
    #expect(try room.store.drafts.find(spoken.note)?.recordingID == spoken.id)
    for (number, part) in spoken.parts.enumerated() {
      #expect(try await room.rep.put("/api/recordings/\(spoken.id)/chunks/\(number)", part).status == .noContent)
    }
    #expect(try await room.rep.get("/api/recordings/\(spoken.id)", json: true).text.contains(#""have":[[0,2]]"#))
    for _ in 0..<2 {
      let reply = try await room.rep.post("/api/recordings/\(spoken.id)/finish", json: spoken.declaration)
      #expect(reply.status == .ok)
      #expect(reply.text.contains(#""state":"assembled""#))
    }
    let clips = try room.store.clips.all()
    #expect(clips.map(\.ownerID) == [room.rep.ownerID])
    #expect(try room.store.drafts.find(spoken.note)?.clipID == clips.first?.id)
    #expect(try room.store.drafts.list(ownerID: room.rep.ownerID).count == 1)
  }

  @Test("each refusal has its status and its words") func refusals() async throws {
    let room = try CockpitRoom { $0.audioMaxSeconds = 60 }
    #expect(try await room.rep.post("/api/recordings", json: spoken.beginning).status == .ok)
    let (chunk, long) = ("/api/recordings/\(spoken.id)/chunks", Data(count: 1 << 20))
    #expect(try await room.rep.put("\(chunk)/0", spoken.parts[0]).status.code == 204)
    #expect(try await room.rep.put("\(chunk)/0", spoken.parts[1]).status.code == 409)
    #expect(try await room.rep.put("\(chunk)/1", spoken.parts[1], as: spoken.parts[2]).status.code == 422)
    #expect(try await room.rep.put("\(chunk)/1", Data(count: 1 << 20 + 2)).status.code == 413)
    #expect(try await room.rep.put("\(chunk)/x", spoken.parts[1]).status.code == 400)
    #expect(try await room.rep.put("/api/recordings/\(spoken.note)/chunks/0", spoken.parts[0]).status.code == 404)
    #expect(try await room.rep.put("/api/recordings/..%2F..%2Fx/chunks/0", spoken.parts[0]).status.code == 404)
    #expect(try await room.rep.put("\(chunk)/1", long).status.code == 204)
    let refused = try await room.rep.put("\(chunk)/2", long)
    #expect(refused.status.code == 413)
    #expect(refused.text.contains("1 minute is the limit, so recording stopped. All of it is saved."))
    let early = try await room.rep.post(
      "/api/recordings/\(spoken.id)/finish", json: #"{"chunks":4,"frames":1,"sha256":""}"#)
    #expect(early.status.code == 409)
    #expect(early.text.contains(#""missing":[2,3]"#))
    for body in ["{}", #"{"id":"../x","note":"y","started":1}"#, "[", SpokenParts.beginning(spoken.id, ID("x"))] {
      #expect(try await room.rep.post("/api/recordings", json: body).status == .badRequest)
    }
  }

  @Test("nobody sends parts of another's recording, nor begins one in another's name") func foreign() async throws {
    let room = try CockpitRoom()
    #expect(try await room.rep.post("/api/recordings", json: spoken.beginning).status == .ok)
    let path = "/api/recordings/\(spoken.id)"
    for other in [room.manager, room.admin] {
      #expect(try await other.put("\(path)/chunks/0", spoken.parts[0]).status == .forbidden)
      #expect(try await other.post("\(path)/finish", json: spoken.declaration).status == .forbidden)
      #expect(try await other.get(path, json: true).status == .forbidden)
      #expect(try await other.post("/api/recordings", json: spoken.beginning).status == .forbidden)
      let stolen = SpokenParts.beginning(.random(), spoken.note)
      #expect(try await other.post("/api/recordings", json: stolen).status == .forbidden)
    }
    #expect(try await room.nobody.put("\(path)/chunks/0", spoken.parts[0]).status == .unauthorized)
    #expect(try room.store.recordings.chunks(of: spoken.id).isEmpty)
  }

  @Test("a phone that does not come back: Today says so, and the form finishes with what is here")
  func found() async throws {
    let room = try CockpitRoom()
    #expect(try await room.rep.post("/api/recordings", json: spoken.beginning).status == .ok)
    #expect(try await room.rep.put("/api/recordings/\(spoken.id)/chunks/0", Data(count: 32_000)).status == .noContent)
    #expect(try await !room.rep.get("/").text.contains("data-recording="))
    room.clock.advance(61)
    #expect(try await room.rep.get("/").text.contains("A recording of 1 s was not finished at"))
    #expect(try await !room.manager.get("/").text.contains("data-recording="))
    let reply = try await room.rep.post("/recordings/\(spoken.id)/finish")
    #expect(reply.status == .seeOther)
    #expect(reply.location == "/notes/\(spoken.note)")
    #expect(try room.store.recordings.find(spoken.id)?.state == .assembled)
    #expect(try await !room.rep.get("/").text.contains("data-recording="))
  }

  @Test("the page has the recorder, or without it the upload alone", arguments: [true, false])
  func page(offers: Bool) async throws {
    let room = try CockpitRoom {
      $0.offersRecorder = offers
      $0.uploadMaxBytes = 1 << 20
    }
    let reply = try await room.rep.get("/record")
    #expect(reply.status == .ok)
    #expect(reply.text.contains("data-main") == offers)
    #expect(reply.text.contains("Upload a recording"))
    // 1 MiB of samples is the nearer limit.
    #expect(reply.text.contains(#"data-limit="32""#))
    let name = try #require(HTTPField.Name("X-FieldOS-Owner"))
    #expect(reply.headers[name] == room.rep.ownerID.rawValue)
    #expect(try await room.rep.get("/waiting").status == .ok)
    #expect(try await room.nobody.get("/signin").headers[name] == nil)
  }

  @Test("a page that is older than its sign-in learns whose it is and the token of now") func session() async throws {
    let room = try CockpitRoom()
    let reply = try await room.rep.get("/api/session", json: true)
    #expect(reply.text == #"{"csrf":"\#(room.rep.formToken)","owner":"\#(room.rep.ownerID)"}"#)
    #expect(try await room.nobody.get("/api/session", json: true).status == .unauthorized)
  }

  @Test("the worker's script names every asset under a version") func worker() async throws {
    let reply = try await CockpitRoom().nobody.get("/sw.js")
    #expect(reply.text.hasPrefix("const VERSION = \""))
    #expect(reply.text.contains("\"/js/capture/pcm.js\"") && reply.text.contains("\"/css/app.css\""))
    #expect(!reply.text.contains("\"/sw.js\""))
    #expect(reply.headers[.contentType]?.hasPrefix("text/javascript") == true)
  }
}
