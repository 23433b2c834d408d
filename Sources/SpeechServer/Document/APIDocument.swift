import Domain
import Foundation
import Hummingbird
import Serving
import Transcription

/// The OpenAPI document of `/v1`, made of the same names that the routes and forms are made of.
enum APIDocument {
  static let transcriptions = "audio/transcriptions"
  static let translations = "audio/translations"
  static let models = "models"
  static let own = "openapi.json"

  static let json = OpenAPI.document(
    title: "FieldOS transcription API", version: Product.version,
    description: "OpenAI's audio API, answered by the speech engine of this machine.", base: "/v1", paths: paths,
    components: ["schemas": APISchemas.all, "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]]],
    security: [[:], ["key": []]])

  /// GET /v1/openapi.json, for everybody: it tells nothing of this server.
  static func add<Context: RequestContext>(to routes: RouterGroup<Context>) {
    routes.get(.init(own)) { _, _ in OpenAPI.response(json) }
  }

  private static var paths: OpenAPI.Object {
    let transcribe = audio("Turns speech into text.", FieldName.allCases, isTranslation: false)
    let translate = audio(
      "Turns speech into English text.", FieldName.allCases.filter(\.isForTranslations), isTranslation: true)
    let list = operation("Which models there are.", ok: OpenAPI.json(OpenAPI.reference("ModelList")))
    var model = operation("One model.", ok: OpenAPI.json(OpenAPI.reference("Model")), errors: ["400"])
    model["parameters"] = [["name": "id", "in": "path", "required": true, "schema": OpenAPI.string]]
    let own: OpenAPI.Object = [
      "summary": "This document.", "responses": ["200": OpenAPI.answer("OpenAPI", OpenAPI.json(["type": "object"]))],
    ]
    return [
      "/" + transcriptions: ["post": transcribe], "/" + translations: ["post": translate],
      "/" + models: ["get": list], "/\(models)/{id}": ["get": model], "/" + Self.own: ["get": own],
    ]
  }

  // MARK: - Operations

  private static var priority: OpenAPI.Object {
    let known = RequestPriority.allCases.map(\.rawValue)
    return [
      "name": AudioCaller.priorityHeader, "in": "header", "schema": ["type": "string", "enum": known],
      "description": "Whose turn comes sooner. Default: normal. high needs a key with the scope 'priority'.",
    ]
  }

  private static func audio(_ summary: String, _ fields: [FieldName], isTranslation: Bool) -> OpenAPI.Object {
    let forms = ["Transcription", "VerboseTranscription"].map(OpenAPI.reference)
    var content = OpenAPI.json(["anyOf": forms])
    for format in [AnswerFormat.text, .srt, .vtt] {
      content[String(format.contentType.prefix { $0 != ";" })] = ["schema": OpenAPI.string]
    }
    // Of each event: the JSON of OpenAI's events is in its data.
    if !isTranslation {
      content["text/event-stream"] = ["schema": OpenAPI.object(["data": OpenAPI.string], required: ["data"])]
    }
    let properties = Dictionary(
      uniqueKeysWithValues: fields.map { ($0.rawValue + ($0.isList ? "[]" : ""), $0.schema) })
    let form: OpenAPI.Object = ["type": "object", "required": ["file"], "properties": properties]
    var operation = operation(summary, ok: content, errors: ["400", "413", "415", "429", "500", "503"])
    operation["parameters"] = [priority]
    operation["requestBody"] = ["required": true, "content": ["multipart/form-data": ["schema": form]]]
    return operation
  }

  private static func operation(
    _ summary: String, ok: OpenAPI.Object, errors: [String] = []
  ) -> OpenAPI.Object {
    var responses = ["200": OpenAPI.answer("What was asked for.", ok)]
    for status in ["401", "403", "404"] + errors {
      responses[status] = OpenAPI.answer("An error.", OpenAPI.json(OpenAPI.reference("Error")))
    }
    return ["summary": summary, "responses": responses]
  }
}
