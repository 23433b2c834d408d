import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// A value as JSON with sorted keys, never cached.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
  }

  /// Back to a page after a posted form.
  static func back(to path: String) -> Response {
    Response(status: .seeOther, headers: [.location: LocalPath.checked(path)])
  }
}

extension Request {
  /// Whether a script asks: it wants words it can show itself, not a page.
  var wantsJSON: Bool { headers[.accept]?.contains("application/json") == true }
}
