import Foundation
import Serving

/// One thing that the cockpit answers as JSON, as the table in `CockpitOperations.swift` has it.
struct CockpitOperation {
  let method: String
  /// With parameters in braces.
  let path: String
  let summary: String
  /// Fields of the JSON that is sent: `name`, `name:type`, with `?` behind what may be left out. nil: no body.
  var body: String?
  /// Other parameters, the same way.
  var query = ""
  var header = ""
  /// Name of a schema; nil: 204, and nothing.
  let answer: String?
  var status = 200
  /// Name of the schema of a 409.
  var conflict = "Error"
  /// Name of the schema of a 503.
  var unready = "Error"
  /// Other bytes than JSON are sent.
  var isBinary = false
  var isOpen = false

  var document: OpenAPI.Object {
    var document: OpenAPI.Object = ["summary": summary, "responses": responses]
    if isOpen { document["security"] = [[String: [String]]]() }
    let parameters = self.parameters
    if !parameters.isEmpty { document["parameters"] = parameters }
    document["requestBody"] = requestBody
    return document
  }

  private var responses: OpenAPI.Object {
    var responses: OpenAPI.Object = [
      String(answer == nil ? 204 : status): OpenAPI.answer(
        "Done.", answer.map { OpenAPI.json(OpenAPI.reference($0)) })
    ]
    for code in [400, 401, 403, 404, 413, 415, 422, 429, 502] {
      let isStatus = answer != nil && code == status
      if !isStatus, responses[String(code)] == nil { responses[String(code)] = refusal("Error") }
    }
    responses["409"] = refusal(conflict)
    responses["503"] = refusal(unready)
    return responses
  }

  private func refusal(_ schema: String) -> OpenAPI.Object {
    OpenAPI.answer("Not done, and why.", OpenAPI.json(OpenAPI.reference(schema)))
  }

  private var parameters: [OpenAPI.Object] {
    let inPath = path.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first.map(String.init) }
    return inPath.map { ["name": $0, "in": "path", "required": true, "schema": schema(inPath: $0)] }
      + Field.read(query).map { $0.parameter(in: "query") } + Field.read(header).map { $0.parameter(in: "header") }
  }

  /// What has a fixed set of values names them.
  private func schema(inPath name: String) -> OpenAPI.Object {
    switch (name, path) {
    case ("number", _): OpenAPI.integer
    case ("queue", _): ["enum": ["transcribe", "delivery"]]
    case ("what", "/ops/queues/{queue}/{what}"): ["enum": ["pause", "resume"]]
    case ("what", "/ops/outbox/{entry}/{what}"): ["enum": ["retry", "aside"]]
    case ("what", _): ["enum": ["cancel", "replay"]]
    default: OpenAPI.string
    }
  }

  private var requestBody: OpenAPI.Object? {
    if isBinary { return ["required": true, "content": ["application/octet-stream": ["schema": [String: Any]()]]] }
    guard let body else { return nil }
    let fields = Field.read(body)
    let properties = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.schema) })
    return [
      "required": true,
      "content": OpenAPI.json(OpenAPI.object(properties, required: fields.filter(\.isRequired).map(\.name))),
    ]
  }

  /// `name`, `name?`, `name:integer?`
  private struct Field {
    let name: String
    let type: String
    let isRequired: Bool

    static func read(_ text: String) -> [Field] {
      text.split(separator: " ").map { word in
        let parts = word.trimmingCharacters(in: ["?"]).split(separator: ":")
        return Field(
          name: String(parts[0]), type: parts.count > 1 ? String(parts[1]) : "string", isRequired: word.last != "?")
      }
    }

    var schema: OpenAPI.Object { ["type": type] }

    func parameter(in place: String) -> OpenAPI.Object {
      ["name": name, "in": place, "required": isRequired, "schema": schema]
    }
  }
}
