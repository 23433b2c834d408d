import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Transcription

/// Who asks for a transcript, and how urgently.
struct AudioCaller: Sendable {
  static let priorityHeader = "x-priority"

  /// Whose turn in the queue it is.
  let key: String
  let priority: RequestPriority
  let retry: Retry

  /// - Throws: ``APIError``: 400, 401 and 403.
  init(_ request: Request, _ address: SocketAddress?, _ gate: KeyGate, _ scope: APIScope) throws {
    let asked = request.headers[.priority]?.lowercased() ?? RequestPriority.normal.rawValue
    guard let priority = RequestPriority(rawValue: asked) else {
      let known = RequestPriority.allCases.map(\.rawValue).joined(separator: ", ")
      throw APIError(
        .badRequest, "\(Self.priorityHeader) '\(asked.prefix(40))': known are \(known).", param: Self.priorityHeader,
        code: "invalid_value")
    }
    key = try gate.admit(request, address, [scope] + (priority == .high ? [.priority] : []))
    self.priority = priority
    retry = Retry(request.headers)
  }
}
