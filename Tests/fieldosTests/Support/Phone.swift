import Foundation
import TestSupport

/// A phone without a browser: signed in by the link that `up` writes, it records and sends over the cockpit's HTTP.
struct Phone: Sendable {
  let port: Int
  private let cookie: String
  private let token: String

  /// - Parameter room: in which an `up` runs that has written its link.
  init(_ room: Room) async throws {
    let file = room.data.appending(path: "cockpit.link")
    let isOpen = try await eventually(within: 60) { FileManager.default.fileExists(atPath: file.path) }
    guard isOpen else { throw Failure("no cockpit.link") }
    let link = try String(contentsOf: file, encoding: .utf8)
    guard let match = link.firstMatch(of: /http:\/\/127\.0\.0\.1:([0-9]+)(\/\S+)/), let port = Int(match.1) else {
      throw Failure("no link: \(link)")
    }
    let path = String(match.2)
    let opened = try await onThread { try Loopback.ask("GET", port: port, path: path) }
    guard let cookie = opened.head.firstMatch(of: /[Ss]et-[Cc]ookie: ([^;\r\n]+)/)?.1 else {
      throw Failure("no session: \(opened.head)")
    }
    (self.port, self.cookie) = (port, String(cookie))
    token = try await Self.token(port, String(cookie))
  }

  private static func token(_ port: Int, _ cookie: String) async throws -> String {
    let answer = try await onThread {
      try Loopback.ask("GET", port: port, path: "/api/session", fields: ["Cookie": cookie])
    }
    struct Session: Decodable { let csrf: String }
    return try JSONDecoder().decode(Session.self, from: answer.body).csrf
  }

  /// - Throws: where the answer is no success.
  @discardableResult
  func ask(_ method: String, _ path: String, _ body: Data = Data(), _ more: [String: String] = [:]) async throws -> Data
  {
    let fields = ["Cookie": cookie, "X-CSRF-Token": token, "Accept": "application/json"].merging(more) { $1 }
    let port = port
    let answer = try await onThread { try Loopback.ask(method, port: port, path: path, fields: fields, body: body) }
    guard (200...299).contains(answer.status) else {
      throw Failure("\(method) \(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
    }
    return answer.body
  }

  @discardableResult
  func post(_ path: String, _ json: String) async throws -> Data {
    try await ask("POST", path, Data(json.utf8), ["Content-Type": "application/json"])
  }

  /// Speaks 16-bit samples at 16 kHz, part by part, and finishes.
  /// - Returns: the note's id.
  func record(_ sound: Data, contact: String) async throws -> String {
    let (id, note) = (Self.identifier(), Self.identifier())
    let started = Int(Date().timeIntervalSince1970 * 1_000)
    try await post(
      "/api/recordings", #"{"id":"\#(id)","note":"\#(note)","contact":"\#(contact)","started":\#(started)}"#)
    var digests = Data()
    let parts = stride(from: 0, to: sound.count, by: Self.partBytes).map { sound.dropFirst($0).prefix(Self.partBytes) }
    for (number, part) in parts.enumerated() {
      let digest = FakeHub.sha256(Data(part))
      digests += Self.bytes(hex: digest)
      try await ask("PUT", "/api/recordings/\(id)/chunks/\(number)?of=\(number + 1)", Data(part), ["X-SHA-256": digest])
    }
    let whole = FakeHub.sha256(digests)
    try await post(
      "/api/recordings/\(id)/finish", #"{"chunks":\#(parts.count),"frames":\#(sound.count / 2),"sha256":"\#(whole)"}"#)
    return note
  }

  /// 0.3 s.
  private static let partBytes = 9_600

  private static func identifier() -> String { UUID().uuidString.lowercased().filter { $0 != "-" } }

  private static func bytes(hex: String) -> Data {
    let digits = Array(hex)
    return Data(
      stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16) ?? 0 })
  }
}
