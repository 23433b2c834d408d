import Domain
import Endpoints
import Foundation

/// The words in which a CRM refused, fit to be stored, logged and shown.
enum ReplyError {
  /// Longest explanation that is kept, in characters.
  static let limit = 200

  /// The JSON `error` field, else the body's text, else `HTTP <code>`; cut, without control characters, and withheld
  /// where it repeats what was sent: a note must not reach a log by way of a CRM that echoes it.
  static func text(of reply: HTTPReply, sent payload: Data, apiKey: String?) -> String {
    let text = cleaned(explanation(reply.body))
    if text.isEmpty { return "HTTP \(reply.status)" }
    if EchoGuard(payload: payload, apiKey: apiKey).isEchoed(in: text) {
      return "HTTP \(reply.status) (explanation withheld: it repeats what was sent)"
    }
    return text
  }

  private struct Body: Decodable {
    let error: String
  }

  private static func explanation(_ body: Data) -> String {
    if let known = try? JSONDecoder().decode(Body.self, from: body), !known.error.isEmpty { return known.error }
    return String(decoding: body.prefix(4 * limit), as: UTF8.self)
  }

  private static func cleaned(_ text: String) -> String {
    let kept = text.unicodeScalars.map { scalar -> Character in
      CharacterSet.controlCharacters.contains(scalar) || CharacterSet.newlines.contains(scalar)
        ? " " : Character(scalar)
    }
    return String(String(kept).trimmingCharacters(in: .whitespaces).prefix(limit))
  }
}
