import Domain
import Foundation
import Hummingbird
import NIOCore
import Transcription

/// The OpenAPI document of `/v1`, made of the same names that the routes and forms are made of.
enum APIDocument {
  static let transcriptions = "audio/transcriptions"
  static let translations = "audio/translations"
  static let models = "models"
  static let own = "openapi.json"

  static let json: Data = {
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return (try? JSONSerialization.data(withJSONObject: document, options: options)) ?? Data()
  }()

  /// GET /v1/openapi.json, for everybody: it tells nothing of this server.
  static func add<Context: RequestContext>(to routes: RouterGroup<Context>) {
    routes.get(.init(own)) { _, _ in
      Response(
        status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }
  }

  private static var document: [String: Any] {
    let info = [
      "title": "FieldOS transcription API", "version": Product.version,
      "description": "OpenAI's audio API, answered by the speech engine of this machine.",
    ]
    let security: [[String: [String]]] = [[:], ["key": []]]
    let components: [String: Any] = [
      "schemas": APISchemas.all, "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]],
    ]
    return [
      "openapi": "3.1.0", "info": info, "servers": [["url": "/v1"]], "security": security, "paths": paths,
      "components": components,
    ]
  }

  private static var paths: [String: [String: [String: Any]]] {
    let transcribe = audio("Turns speech into text.", FieldName.allCases, isTranslation: false)
    let translate = audio(
      "Turns speech into English text.", FieldName.allCases.filter(\.isForTranslations), isTranslation: true)
    let list = operation("Which models there are.", ok: json(reference("ModelList")))
    var model = operation("One model.", ok: json(reference("Model")))
    model["parameters"] = [modelID]
    let own: [String: Any] = [
      "summary": "This document.", "responses": ["200": answer("OpenAPI", json(["type": "object"]))],
    ]
    return [
      "/" + transcriptions: ["post": transcribe], "/" + translations: ["post": translate],
      "/" + models: ["get": list], "/\(models)/{id}": ["get": model], "/" + Self.own: ["get": own],
    ]
  }

  private static var modelID: [String: Any] {
    ["name": "id", "in": "path", "required": true, "schema": ["type": "string"]]
  }

  private static var priority: [String: Any] {
    let known = RequestPriority.allCases.map(\.rawValue)
    return [
      "name": AudioCaller.priorityHeader, "in": "header", "schema": ["type": "string", "enum": known],
      "description": "Whose turn comes sooner. Default: normal. high needs a key with the scope 'priority'.",
    ]
  }

  // MARK: - Operations

  private static func audio(_ summary: String, _ fields: [FieldName], isTranslation: Bool) -> [String: Any] {
    var content = json(["oneOf": [reference("Transcription"), reference("VerboseTranscription")]])
    for format in [AnswerFormat.text, .srt, .vtt] {
      let type = String(format.contentType.prefix { $0 != ";" })
      content[type] = ["schema": ["type": "string"]]
    }
    if !isTranslation { content["text/event-stream"] = ["schema": ["type": "string"]] }
    let properties = Dictionary(
      uniqueKeysWithValues: fields.map { ($0.rawValue + ($0.isList ? "[]" : ""), $0.schema) })
    let form: [String: Any] = ["type": "object", "required": ["file"], "properties": properties]
    var operation = operation(summary, ok: content, errors: ["400", "413", "415", "429", "500", "503"])
    operation["parameters"] = [priority]
    operation["requestBody"] = ["required": true, "content": ["multipart/form-data": ["schema": form]]]
    return operation
  }

  private static func operation(
    _ summary: String, ok: [String: Any], errors: [String] = []
  ) -> [String: Any] {
    var responses = ["200": answer("What was asked for.", ok)]
    for status in ["401", "403", "404"] + errors {
      responses[status] = answer("An error.", json(reference("Error")))
    }
    return ["summary": summary, "responses": responses]
  }

  private static func answer(_ description: String, _ content: [String: Any]) -> [String: Any] {
    ["description": description, "content": content]
  }

  private static func json(_ schema: [String: Any]) -> [String: Any] { ["application/json": ["schema": schema]] }

  private static func reference(_ name: String) -> [String: Any] { ["$ref": "#/components/schemas/" + name] }
}
