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
  }

  private struct List: Encodable {
    let object = "list"
    let data: [Model]
  }

  func add(to routes: RouterGroup<Context>) {
    routes.get(.init(APIDocument.models)) { request, context in
      _ = try services.gate.admit(request, context.connection.remoteAddress, .models)
      let names = [services.configuration.model] + SpeechServerConfiguration.aliases
      return try Self.json(List(data: names.map(model)))
    }
    routes.get(.init(APIDocument.models + "/:id")) { request, context in
      _ = try services.gate.admit(request, context.connection.remoteAddress, .models)
      let name = context.parameters.get("id")?.removingPercentEncoding ?? ""
      try services.checkModel(name)
      return try Self.json(model(name))
    }
  }

  private func model(_ name: String) -> Model {
    Model(id: name, created: Int(services.configuration.modelDate.timeIntervalSince1970))
  }

  private static func json(_ value: some Encodable) throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: try JSONText.encode(value))))
  }
}
