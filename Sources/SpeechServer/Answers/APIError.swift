import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A refusal in the form of OpenAI's API.
struct APIError: Error, Sendable, Equatable {
  let status: HTTPResponse.Status
  let message: String
  var type = "invalid_request_error"
  /// The field that is wrong.
  var param: String?
  var code: String?
  /// Seconds after which another try may do better; nil: a client should not try again by itself.
  var retryAfter: Int?

  init(_ status: HTTPResponse.Status, _ message: String, param: String? = nil, code: String? = nil) {
    self.status = status
    self.message = message
    self.param = param
    self.code = code
  }

  static func badRequest(_ message: String, _ field: FieldName, code: String = "invalid_value") -> APIError {
    APIError(.badRequest, message, param: field.rawValue, code: code)
  }

  static func tooLarge(limit: Int) -> APIError {
    APIError(
      .contentTooLarge, "Maximum content size limit (\(limit)) exceeded.", param: "file",
      code: "content_too_large")
  }

  static func busy(retryAfter: Int) -> APIError {
    var error = APIError(
      .tooManyRequests, "All places in the queue are taken. Try again in \(retryAfter) s.", code: "rate_limit_exceeded")
    error.type = "rate_limit_error"
    error.retryAfter = retryAfter
    return error
  }

  static func notReady(retryAfter: Int) -> APIError {
    var error = APIError(
      .serviceUnavailable, "The model is being loaded. Try again in \(retryAfter) s.", code: "not_ready")
    error.type = "server_error"
    error.retryAfter = retryAfter
    return error
  }

  static func server(_ message: String) -> APIError {
    var error = APIError(.internalServerError, message, code: "server_error")
    error.type = "server_error"
    return error
  }

  /// The body.
  var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(Body(error: .init(self)))) ?? Data(#"{"error":{}}"#.utf8)
  }

  var response: Response {
    var headers: HTTPFields = [.contentType: "application/json"]
    if let retryAfter { headers[.retryAfter] = String(retryAfter) }
    // Clients try server errors again by themselves: what would fail again is not worth their upload.
    if retryAfter == nil, status.code >= 500 || status == .conflict { headers[.shouldRetry] = "false" }
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json)))
  }

  private struct Body: Encodable {
    struct Facts: Encodable {
      let message: String
      let type: String
      let param: String?
      let code: String?

      init(_ error: APIError) {
        (message, type, param, code) = (error.message, error.type, error.param, error.code)
      }

      enum CodingKeys: CodingKey { case message, type, param, code }

      /// OpenAI's clients read `null`, too, where there is nothing.
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(message, forKey: .message)
        try container.encode(type, forKey: .type)
        try container.encode(param, forKey: .param)
        try container.encode(code, forKey: .code)
      }
    }
    let error: Facts
  }
}

extension HTTPField.Name {
  /// What OpenAI's clients ask before they try again.
  static let shouldRetry = named("X-Should-Retry")
  static let priority = named(AudioCaller.priorityHeader)
  static let requestID = named("X-Request-ID")

  /// A name that is written in this code.
  private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .trailer }
}
