package import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

/// The parts that OpenAPI documents are made of. Source: OpenAPI Specification 3.1.0.
package enum OpenAPI {
  package typealias Object = [String: Any]

  /// - Parameter base: what all paths begin with.
  package static func document(
    title: String, version: String, description: String, base: String, paths: Object, components: Object,
    security: [[String: [String]]]
  ) -> Data {
    let document: Object = [
      "openapi": "3.1.0", "info": ["title": title, "version": version, "description": description],
      "servers": [["url": base]], "security": security, "paths": paths, "components": components,
    ]
    let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return (try? JSONSerialization.data(withJSONObject: document, options: options)) ?? Data()
  }

  package static func response(_ document: Data) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: document)))
  }

  /// An answer of one status.
  package static func answer(_ description: String, _ content: Object? = nil) -> Object {
    var answer: Object = ["description": description]
    answer["content"] = content
    return answer
  }

  package static func json(_ schema: Object) -> Object { ["application/json": ["schema": schema]] }

  /// To a schema among the components.
  package static func reference(_ name: String) -> Object { ["$ref": "#/components/schemas/" + name] }

  // MARK: - Schemas

  package static var string: Object { ["type": "string"] }
  package static var number: Object { ["type": "number"] }
  package static var integer: Object { ["type": "integer"] }
  package static var boolean: Object { ["type": "boolean"] }

  package static func list(_ items: Object) -> Object { ["type": "array", "items": items] }

  package static func object(_ properties: Object, required: [String]) -> Object {
    ["type": "object", "properties": properties, "required": required]
  }
}
