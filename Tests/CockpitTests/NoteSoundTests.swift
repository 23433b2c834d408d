import Cockpit
import Domain
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import Storage
import TestSupport
import Testing

@Suite("A note's recording") struct NoteSoundTests {
  @Test(
    "is served whole, in part, or not at all",
    arguments: [
      (nil, 200, "abcdefghij", nil), ("bytes=0-3", 206, "abcd", "bytes 0-3/10"),
      ("bytes=8-", 206, "ij", "bytes 8-9/10"),
      ("bytes=-3", 206, "hij", "bytes 7-9/10"), ("bytes=2-99", 206, "cdefghij", "bytes 2-9/10"),
      ("bytes=10-", 416, "", "bytes */10"), ("bytes=-0", 416, "", "bytes */10"), ("bytes=5-2", 200, "abcdefghij", nil),
      ("bytes=0-1,3-4", 200, "abcdefghij", nil), ("bytes=x-", 200, "abcdefghij", nil),
      ("lines=0-1", 200, "abcdefghij", nil),
      ("bytes=99999999999999999999-", 200, "abcdefghij", nil),
    ] as [(String?, Int, String, String?)])
  func ranges(range: String?, status: Int, bytes: String, contentRange: String?) async throws {
    let room = try NoteRoom()
    let id = try room.draft(of: room.record()).id
    try await room.test { client async throws -> Void in
      let reply = try await client.get("/notes/\(id)/audio", range.map { [.range: $0] } ?? [:])
      #expect(reply.status.code == status && reply.text == bytes && reply.header("Content-Range") == contentRange)
      if status < 300 {
        #expect(reply.header("Content-Type") == "audio/wav" && reply.header("Accept-Ranges") == "bytes")
      }
    }
  }

  @Test("a part of other bytes than were read before is not given") func ifRange() async throws {
    let room = try NoteRoom()
    let id = try room.draft(of: room.record()).id
    try await room.test { client async throws -> Void in
      let reply = try await client.get("/notes/\(id)/audio", [.range: "bytes=0-1", .ifRange: "\"other\""])
      #expect(reply.status == .ok && reply.text == "abcdefghij")
    }
  }

  @Test("a file that is taken away has a name that no header can misread") func names() async throws {
    let room = try NoteRoom()
    let clip = try room.record()
    let id = try room.draft(of: clip).id
    try room.store.drafts.assign(
      id, contactID: nil, subject: DraftSubject(contactName: "Zoë \"; x=\r\nSet-Cookie: a/../b", account: ""))
    try await room.test { client async throws -> Void in
      let reply = try await client.get("/notes/\(id)/audio?download=1")
      let value = try #require(reply.header("Content-Disposition"))
      #expect(value.hasPrefix("attachment; filename=\"Zo_-x-Set-Cookie-a-b-2026-"))
      #expect(value.contains("filename*=UTF-8''Zo%C3%AB-x-Set-Cookie-a-b-2026-"))
      #expect(!value.contains("/") && !value.contains("\n"))
    }
  }

  @Test("audio that retention removed says so, and the words stay") func purged() async throws {
    let room = try NoteRoom()
    let clip = try room.record()
    try room.hear(clip, [("words", 0, 1)])
    let id = try room.draft(of: clip).id
    try await DatabaseQueue(path: room.folder.url.appending(path: "fieldos.sqlite").path).write { db in
      try db.execute(sql: "UPDATE clips SET purged_at = 1778803200000")
    }
    try await room.test { client async throws -> Void in
      let reply = try await client.get("/notes/\(id)/audio")
      #expect(reply.status == .gone && reply.text.contains("The words stay."))
      let page = try await client.get("/notes/\(id)").text
      #expect(
        page.contains("The audio was removed on ") && page.contains(">words</span>") && !page.contains("data-player"))
    }
  }

  @Test("its words can be taken away as text, subtitles and JSON") func files() async throws {
    let room = try NoteRoom()
    let clip = try room.record()
    let id = try room.draft(of: clip).id
    try await room.test { client async throws -> Void in
      #expect(try await client.get("/notes/\(id)/transcript/txt").status == .notFound)
      try room.hear(clip, [("French", 0, 1), ("drain", 1, 1)])
      let (txt, srt) = (
        try await client.get("/notes/\(id)/transcript/txt"), try await client.get("/notes/\(id)/transcript/srt")
      )
      #expect(txt.text == "French drain\n" && txt.header("Content-Type") == "text/plain; charset=utf-8")
      #expect(srt.text.contains("00:00:00,000 --> ") && srt.text.contains("French drain"))
      #expect(try await client.get("/notes/\(id)/transcript/vtt").text.hasPrefix("WEBVTT"))
      #expect(try await client.get("/notes/\(id)/transcript/json").text.contains("\"text\" : \"French drain\""))
      #expect(try await client.get("/notes/\(id)/transcript/exe").status == .notFound)
    }
  }

  @Test("its shape is drawn once and kept; what is no sound is refused in words") func wave() async throws {
    let room = try NoteRoom()
    let clip = try room.record(bytes: Self.wav(seconds: 1))
    let id = try room.draft(of: clip).id
    let broken = try room.draft(of: room.record(digit: "b")).id
    try await room.test { client async throws -> Void in
      let reply = try await client.get("/notes/\(id)/wave")
      #expect(reply.status == .ok)
      let kept = try #require(try room.store.waves.find(clip.id))
      #expect(kept.bars.count == ClipWave.barCount && kept.bars[10] == 0 && kept.bars[80] == 255 && kept.seconds == 1)
      try FileManager.default.removeItem(at: room.folder.url.appending(path: clip.path))
      #expect(try await client.get("/notes/\(id)/wave").text == reply.text)
      #expect(try await client.get("/notes/\(broken)/wave").status == .unprocessableContent)
    }
  }

  /// 16 kHz, 16 bits: silence, then a loud tone.
  private static func wav(seconds: Int) -> Data {
    let samples = (0..<16_000 * seconds).map { $0 < 8_000 * seconds ? Int16(0) : $0 % 2 == 0 ? 20_000 : -20_000 }
    var data = Data()
    func number<T: FixedWidthInteger>(_ value: T) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    data += Data("RIFF".utf8)
    number(UInt32(36 + samples.count * 2))
    data += Data("WAVEfmt ".utf8)
    number(UInt32(16))
    for value in [UInt16(1), 1] { number(value) }
    number(UInt32(16_000))
    number(UInt32(32_000))
    for value in [UInt16(2), 16] { number(value) }
    data += Data("data".utf8)
    number(UInt32(samples.count * 2))
    for sample in samples { number(sample) }
    return data
  }
}
