import Domain
import Foundation
import Hummingbird
import NIOCore
import Storage

/// GET /v1/models and /v1/models/{id}.
struct ModelsController<Context: ConnectionContext>: Sendable {
  let services: SpeechServices

  private struct Model: Encodable {
    let id: String
    let object = "model"
    let created: Int
    let owned_by = "fieldos"

    init(_ name: String, _ served: ServedModel) {
      id = name
      created = Int(served.date.timeIntervalSince1970)
    }
  }

  private struct List: Encodable {
    let object = "list"
    let data: [Model]
  }

  func add(to routes: RouterGroup<Context>) {
    routes.get(.init(APIDocument.models)) { request, context in
      _ = try services.gate.admit(request, context.connection.remoteAddress, [.models])
      return try Self.json(List(data: try await services.models().map { Model($0.name, $0.served) }))
    }
    routes.get(.init(APIDocument.models + "/:id")) { request, context in
      _ = try services.gate.admit(request, context.connection.remoteAddress, [.models])
      let name = context.parameters.get("id")?.removingPercentEncoding ?? ""
      return try Self.json(Model(name, try await services.model(name)))
    }
  }

  private static func json(_ value: some Encodable) throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: try JSONText.encode(value))))
  }
}
