import Cockpit
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Storage
import TestSupport
import Testing

@Suite("Files from elsewhere")
struct UploadTests {
  private let sound = Data("RIFF not really, but bytes".utf8)

  private func form(_ content: Data, name: String = "visit.m4a", token: String = "") -> (HTTPFields, ByteBuffer) {
    var body = Data()
    for (field, value) in [("csrf", token), ("contact", "")] {
      body += Data("--XX\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Data(
      "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: audio/mp4\r\n\r\n"
        .utf8)
    body += content + Data("\r\n--XX--\r\n".utf8)
    return ([.contentType: "multipart/form-data; boundary=XX"], ByteBuffer(data: body))
  }

  @Test("a file is taken in with its length; the same bytes again are named, and nothing is added") func same()
    async throws
  {
    let site = try CaptureSite { $0.audioLength = { _ in .seconds(12) } }
    try await site.application().test(.router) { client in
      let first = try await client.execute(
        uri: "/api/uploads", method: .post, headers: CaptureSite.json, body: ByteBuffer(data: sound)
      ) { ($0.status.code, String(buffer: $0.body)) }
      #expect(first.0 == 200 && first.1.contains(#""clip":"#))
      let second = try await client.execute(
        uri: "/api/uploads", method: .post, headers: CaptureSite.json, body: ByteBuffer(data: sound)
      ) { String(buffer: $0.body) }
      #expect(second.contains("You already recorded this clip") && second.contains("Nothing was added."))
      let (headers, body) = form(sound)
      try await client.execute(uri: "/uploads", method: .post, headers: headers, body: body) { reply in
        #expect(reply.status == .ok)
        #expect(String(buffer: reply.body).contains("You already recorded this clip"))
      }
    }
    let clips = try site.store.clips.all()
    #expect(clips.count == 1 && clips.first?.durationSeconds == 12)
    #expect(site.folder.names(in: "audio_cache").count == 1)
  }

  @Test(
    "what is no audio, too long or too large is refused in words, and nothing is kept",
    arguments: [
      (AudioLength.notAudio, 26, 422, "This is not audio that we can read."),
      (.seconds(1_330), 26, 413, "Longer than 15 minutes (it is 22:10)."),
      (.seconds(1), 2 << 20, 413, "Larger than 1 MB."),
    ])
  func refused(length: AudioLength, size: Int, status: Int, words: String) async throws {
    let site = try CaptureSite {
      $0.audioLength = { _ in length }; $0.uploadMaxBytes = 1 << 20
    }
    let content = Data(repeating: 7, count: size)
    try await site.application().test(.router) { client in
      try await client.execute(
        uri: "/api/uploads", method: .post, headers: CaptureSite.json, body: ByteBuffer(data: content)
      ) { reply in
        #expect(reply.status.code == status)
        #expect(String(buffer: reply.body).contains(words))
      }
      let (headers, body) = form(content)
      try await client.execute(uri: "/uploads", method: .post, headers: headers, body: body) { reply in
        #expect(reply.status.code == status)
        #expect(String(buffer: reply.body).contains(words))
      }
    }
    #expect(try site.store.clips.all().isEmpty)
    #expect(site.folder.names(in: "audio_cache").isEmpty)
  }

  @Test("a form that is cut off, has no file or another token keeps nothing") func brokenForms() async throws {
    let site = try CaptureSite()
    let (headers, whole) = form(sound)
    let cut = ByteBuffer(data: Data(Data(whole.readableBytesView).dropLast(9)))
    let forged = form(sound, token: "forged").1
    try await site.application().test(.router) { client in
      for body in [cut, forged, ByteBuffer(string: "--XX--\r\n"), ByteBuffer()] {
        try await client.execute(uri: "/uploads", method: .post, headers: headers, body: body) { reply in
          #expect([400, 403, 422].contains(reply.status.code))
        }
      }
    }
    #expect(site.folder.names(in: "audio_cache").isEmpty)
  }
}
