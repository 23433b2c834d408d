import Domain
import Endpoints
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Notes
import TestSupport
import Testing

/// An OpenAI-compatible endpoint that answers as it is told.
@Suite("Polishing by an endpoint") struct PolishTests {
  private func ask(
    _ status: HTTPResponse.Status, _ body: String, key: String? = "k"
  ) async throws -> Result<String, ChatError> {
    let router = Router()
    router.post("v1/chat/completions") { request, _ -> Response in
      let sent = try await request.body.collect(upTo: 1 << 20)
      guard String(buffer: sent).contains("one, two, three"),
        request.headers[.authorization] == key.map({ "Bearer \($0)" })
      else { return Response(status: .badRequest) }
      return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: body)))
    }
    let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let server = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: silent)
    return try await server.test(.live) { client -> Result<String, ChatError> in
      let port = try #require(client.port)
      let endpoint = try ChatEndpoint(
        baseURL: "http://127.0.0.1:\(port)/v1", key: key, model: "m", timeout: .seconds(10))
      do {
        return .success(try await NotePolish.endpoint(endpoint).polished("one, two, three", contact: .demo))
      } catch let error as ChatError {
        return .failure(error)
      }
    }
  }

  private static func answer(_ words: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: ["choices": [["message": ["content": words]]]])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  @Test("the endpoint's words are taken, trimmed") func good() async throws {
    #expect(try await ask(.ok, Self.answer("\n- one\n- two\n ")) == .success("- one\n- two"))
  }

  @Test("an endpoint without a key is asked without one") func keyless() async throws {
    #expect(try await ask(.ok, Self.answer("- one"), key: nil) == .success("- one"))
  }

  private static let long = String(repeating: "x", count: 70_000)

  static let failures: [(Int, String, ChatError)] = [
    (401, "", .keyRefused), (403, "", .keyRefused), (429, "", .busy), (500, "oops", .refused(status: 500)),
    (302, "", .refused(status: 302)), (200, "", .unusable), (200, "<html>", .unusable), (200, "{}", .unusable),
    (200, "{\"choices\":[]}", .unusable), (200, answer("   "), .unusable), (200, answer(long), .unusable),
    (200, "{\"choices\":[{\"message\":{\"content\":null}}]}", .unusable),
  ]

  @Test("each way to fail is told apart", arguments: PolishTests.failures)
  func tellsFailuresApart(status: Int, body: String, expected: ChatError) async throws {
    #expect(try await ask(.init(code: status), body) == .failure(expected))
  }

  @Test("an endpoint that says nothing is given up in time") func silent() async throws {
    let server = try FaultyServer { _ in
      var answer = FaultyServer.Answer(200, body: Data(repeating: 0x20, count: 64))
      answer.stallAfter = 0
      return answer
    }
    defer { server.close() }
    let endpoint = try ChatEndpoint(
      baseURL: "http://127.0.0.1:\(server.port)/v1", key: nil, model: "m", timeout: .milliseconds(300))
    await #expect(throws: ChatError.self) {
      try await NotePolish.endpoint(endpoint).polished("one, two, three", contact: .demo)
    }
  }

  @Test("an endpoint that is not there gives no answer") func nobody() async throws {
    let server = try FaultyServer { _ in FaultyServer.Answer(200) }
    let port = server.port
    server.close()
    let endpoint = try ChatEndpoint(baseURL: "http://127.0.0.1:\(port)", key: nil, model: "m", timeout: .seconds(5))
    await #expect(throws: ChatError.noAnswer) { try await endpoint.complete(system: "s", user: "u") }
  }

  @Test(
    "settings that can't be right are refused",
    arguments: [
      ("ftp://x/v1", nil), ("https://user:pass@x/v1", nil), ("", nil), ("https://x/v1", "a b"), ("https://x", "a\nb"),
    ])
  func settings(base: String, key: String?) {
    #expect(throws: ChatError.self) { try ChatEndpoint(baseURL: base, key: key, model: "m") }
  }
}
