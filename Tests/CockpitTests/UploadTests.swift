import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Files from elsewhere")
struct UploadTests {
  private let sound = Data("RIFF not really, but bytes".utf8)

  /// Sends a file as a page without scripts does.
  private func send(_ visitor: Visitor, _ content: Data, token: String? = nil, cut: Int = 0) async throws -> Reply {
    var body = Data()
    for (field, value) in [("csrf", token ?? visitor.formToken), ("contact", "")] {
      body += Data("--XX\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Data("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"visit.m4a\"\r\n\r\n".utf8)
    body += content + Data("\r\n--XX--\r\n".utf8)
    return try await visitor.send(
      .post, "/uploads", headers: [.contentType: "multipart/form-data; boundary=XX"], body: body.dropLast(cut),
      withToken: false)
  }

  private func script(_ visitor: Visitor, _ content: Data) async throws -> Reply {
    try await visitor.send(.post, "/api/uploads", headers: [.accept: "application/json"], body: content)
  }

  @Test("a file is taken in with its length; the same bytes again are named, and nothing is added")
  func same() async throws {
    let room = try CockpitRoom { $0.audioLength = { _ in .seconds(12) } }
    let first = try await script(room.rep, sound)
    #expect(first.status == .ok && first.text.contains(#""clip":"#))
    let again = try await script(room.rep, sound)
    #expect(again.text.contains("You already recorded this clip") && again.text.contains("Nothing was added."))
    let page = try await send(room.rep, sound)
    #expect(page.status == .ok && page.text.contains("You already recorded this clip"))
    let clips = try room.store.clips.all()
    #expect(clips.count == 1 && clips.first?.durationSeconds == 12)
    let note = try #require(try room.store.drafts.find(clipID: clips[0].id))
    #expect(first.text.contains(note.id.rawValue) && page.text.contains("/notes/\(note.id)"))
    #expect(room.folder.names(in: "audio_cache").count == 1)
  }

  @Test("the form leads to the file's note") func form() async throws {
    let room = try CockpitRoom()
    let reply = try await send(room.rep, sound)
    #expect(reply.status == .seeOther)
    let clip = try #require(try room.store.clips.all().first)
    #expect(clip.originalName == "visit.m4a" && clip.ownerID == room.rep.ownerID)
    #expect(try Data(contentsOf: room.folder.url.appending(path: clip.path)) == sound)
    let note = try #require(try room.store.drafts.find(clipID: clip.id))
    #expect(reply.location == "/notes/\(note.id)")
  }

  @Test(
    "what is no audio, too long or too large is refused in words, and nothing is kept",
    arguments: [
      (AudioLength.notAudio, 26, 422, "This is not audio that we can read."),
      (AudioLength.seconds(1_330), 26, 413, "Longer than 15 minutes (it is 22:10)."),
      (AudioLength.seconds(1), 2 << 20, 413, "Larger than 1 MB."),
    ])
  func refused(length: AudioLength, size: Int, status: Int, words: String) async throws {
    let room = try CockpitRoom {
      $0.audioLength = { _ in length }
      $0.uploadMaxBytes = 1 << 20
    }
    let content = Data(repeating: 7, count: size)
    for reply in [try await script(room.rep, content), try await send(room.rep, content)]
    where reply.headers[.contentType]?.contains("json") == true || size < 1 << 20 {
      #expect(reply.status.code == status)
      #expect(reply.text.contains(words))
    }
    #expect(try room.store.clips.all().isEmpty)
    #expect(room.folder.names(in: "audio_cache").isEmpty)
  }

  @Test("a form that is cut off, empty or of another page keeps nothing") func brokenForms() async throws {
    let room = try CockpitRoom()
    for reply in [
      try await send(room.rep, sound, cut: 9), try await send(room.rep, sound, token: "forged"),
      try await send(room.rep, Data()), try await send(room.nobody, sound),
    ] { #expect([400, 401, 403, 422].contains(reply.status.code)) }
    #expect(room.folder.names(in: "audio_cache").isEmpty)
  }
}
