import Foundation
import FoundationNetworking
import SpeechServer
import TestSupport
import Testing

@Suite("Answers that take long", .timeLimit(.minutes(10)))
struct LongAnswerTests {
  /// The same recording with and without a need to show that something happens.
  private func bodies(_ format: String) async throws -> (plain: SpeechRoom.Reply, long: SpeechRoom.Reply) {
    func ask(_ keepAlive: Duration?) async throws -> SpeechRoom.Reply {
      var reply: SpeechRoom.Reply?
      try await SpeechRoom.serving(configure: { $0.keepAlive = keepAlive }) { room in
        reply = try await room.post(
          "/audio/transcriptions", [("response_format", format)], file: Data("slow".utf8))
      }
      return try #require(reply)
    }
    return (try await ask(nil), try await ask(.milliseconds(100)))
  }

  @Test("text and subtitles are the same to the byte", arguments: ["text", "srt", "vtt"])
  func same(format: String) async throws {
    let (plain, long) = try await bodies(format)
    #expect(plain.status == 200 && plain.headers["content-length"] != nil)
    #expect(long.status == 200 && long.headers["transfer-encoding"] == "chunked", "\(long.headers)")
    #expect(long.text == plain.text && long.headers["content-type"] == plain.headers["content-type"])
    #expect(plain.text.contains("Slow"))
  }

  @Test("JSON is the same behind blanks", arguments: ["json", "verbose_json"])
  func blanks(format: String) async throws {
    let (plain, long) = try await bodies(format)
    #expect(long.text.hasPrefix(" ") && !plain.text.hasPrefix(" "))
    #expect(long.text.drop { $0 == " " } == plain.text[...])
    #expect(long.headers["x-request-id"] != nil)
  }

  @Test("a failure keeps its status before the head is sent, and cuts the connection behind it") func cut() async throws
  {
    try await SpeechRoom.serving(configure: { $0.keepAlive = .seconds(600) }) { room in
      let failed = try await room.post(file: Data("lost".utf8))
      #expect(failed.status == 500)
      let refused = try await room.post(file: Data("none".utf8))
      #expect(refused.status == 400)
    }
    try await SpeechRoom.serving(configure: { $0.keepAlive = .milliseconds(100) }) { room in
      for format in ["json", "text"] {
        await #expect(throws: URLError.self) {
          _ = try await room.post("/audio/transcriptions", [("response_format", format)], file: Data("lost".utf8))
        }
      }
      let next = try await room.post()
      #expect(next.status == 200)
    }
  }

  @Test("streams have comments while nothing is heard") func stream() async throws {
    try await SpeechRoom.serving(configure: { $0.keepAlive = .milliseconds(100) }) { room in
      let reply = try await room.post("/audio/transcriptions", [("stream", "true")], file: Data("slow".utf8))
      #expect(reply.text.contains("\n\n: \n\n"))
      let deltas = reply.events.compactMap { $0["delta"] as? String }.joined()
      #expect(deltas == reply.events.last { $0["type"] as? String == "transcript.text.done" }?["text"] as? String)
    }
  }
}
