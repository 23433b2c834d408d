import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The mock CRM's routes and its answers, as the prototype's clients know them.
enum MockCRMRoutes {
  /// Largest body that is read: 1 MiB.
  static let bodyLimit = 1 << 20

  static func router(_ recorder: MockCRMRecorder, signer: WebhookSigner?) -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: JSONErrors())
    router.post("crm/push") { request, _ in try await push(request, recorder, signer) }
    router.get("crm/records") { _, _ in try json(.ok, list(await recorder.records)) }
    router.get("crm/counts") { _, _ in try json(.ok, JSONEncoder().encode(await recorder.counts)) }
    return router
  }

  private static func push(
    _ request: Request, _ recorder: MockCRMRecorder, _ signer: WebhookSigner?
  ) async throws -> Response {
    let body = Data(try await request.body.collect(upTo: bodyLimit).readableBytesView)
    let headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { $1 })
    let isSigned = signer?.verifies(headers: headers, body: body, now: Date()) ?? true
    switch await recorder.receive(body, idempotencyKey: headers["idempotency-key"], isSigned: isSigned, at: Date()) {
    case .badSignature: return try json(.unauthorized, refusal("bad signature"))
    case .failure: return try json(.serviceUnavailable, refusal("mock failure"))
    case .notJSON: return try json(.badRequest, refusal("the body is not JSON"))
    case .taken(let isReplay, let body):
      var response = try json(.ok, Data(#"{"status":"ok","received":"#.utf8) + body + Data("}".utf8))
      if isReplay, let name = HTTPField.Name("Idempotent-Replay") { response.headers[name] = "true" }
      return response
    }
  }

  static func json(_ status: HTTPResponse.Status, _ body: Data) throws -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }

  static func refusal(_ words: String) throws -> Data {
    try JSONEncoder().encode(["status": "error", "error": words])
  }

  /// The payloads go into the list byte for byte: what a test reads is what was sent.
  private static func list(_ records: [MockCRMRecord]) throws -> Data {
    let encoder = JSONEncoder()
    let items = try records.map { record in
      let key = String(decoding: try encoder.encode(record.idempotencyKey), as: UTF8.self)
      let time = String(decoding: try encoder.encode(Timestamp.utc(record.receivedAt)), as: UTF8.self)
      let payload = String(decoding: record.payload, as: UTF8.self)
      return #"{"idempotency_key":\#(key),"received_at":\#(time),"payload":\#(payload)}"#
    }
    return Data("[\(items.joined(separator: ","))]".utf8)
  }
}

/// Answers in JSON where the router or a body limit throws.
private struct JSONErrors: RouterMiddleware {
  func handle(
    _ request: Request, context: BasicRequestContext,
    next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as any HTTPResponseError {
      return try MockCRMRoutes.json(error.status, MockCRMRoutes.refusal(error.status.reasonPhrase))
    }
  }
}
