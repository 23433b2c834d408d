import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A CRM that answers as it is told, in order, and remembers what it was asked. Listens on a port of the system's
/// choice for as long as its task runs.
actor ScriptedCRM {
  struct Answer: Sendable {
    var status: Int
    var headers: [String: String] = [:]
    var body = ""
    /// Whether the reply stops after the body as if there were more to come.
    var stalls = false
  }

  struct Asked: Sendable {
    let headers: [String: String]
    let body: Data
  }

  private(set) var asked: [Asked] = []
  private var answers: [Answer]

  init(_ answers: [Answer]) {
    self.answers = answers
  }

  /// Runs the server around the body, which gets the address to post to.
  func serve(_ body: @Sendable (URL) async throws -> Void) async throws {
    let (ports, send) = AsyncStream<Int>.makeStream()
    let router = Router()
    router.post("crm/push") { request, _ in
      let data = Data(try await request.body.collect(upTo: 1 << 20).readableBytesView)
      let headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { $1 })
      return await self.answer(Asked(headers: headers, body: data))
    }
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in send.yield(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "scripted-crm", factory: { _ in SwiftLogNoOpLogHandler() }))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try? await application.run() }
      for await port in ports {
        guard let url = URL(string: "http://127.0.0.1:\(port)/crm/push") else { break }
        try await body(url)
        break
      }
      group.cancelAll()
    }
  }

  private func answer(_ request: Asked) -> Response {
    asked.append(request)
    let answer = answers.isEmpty ? Answer(status: 200) : answers.removeFirst()
    let bytes = ByteBuffer(string: answer.body)
    var response = Response(status: .init(code: answer.status), body: .init(byteBuffer: bytes))
    if answer.stalls {
      response = Response(
        status: .init(code: answer.status),
        body: .init { writer in
          try await writer.write(bytes)
          await Self.untilCancelled()
        })
    }
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { response.headers[name] = value }
    }
    return response
  }

  private static func untilCancelled() async {
    let (stream, send) = AsyncStream<Void>.makeStream()
    for await _ in stream {}
    send.finish()
  }
}
