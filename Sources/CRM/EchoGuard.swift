import Domain
import Foundation

/// Recognises in a CRM's words what was sent to it: a stretch of the note or transcript, the contact's details, the key.
struct EchoGuard {
  /// Shortest stretch of a long text that counts as an echo, in characters.
  static let stretch = 16

  private let texts: [String]
  private let details: [String]

  init(payload: Data, apiKey: String?) {
    guard let sent = try? JSONDecoder().decode(CRMPayload.self, from: payload) else {
      texts = [String(decoding: payload, as: UTF8.self)]
      details = [apiKey].compactMap(\.self)
      return
    }
    let words = [
      sent.note, sent.notePolished, sent.transcriptionRaw, sent.transcriptionStreamPartial, sent.transcriptionFinal,
    ]
    texts = Set(words.map(Self.flattened)).filter { !$0.isEmpty }
    let personal: [String?] = [sent.contact.name, sent.contact.phone, sent.contact.email, apiKey]
    details = personal.compactMap(\.self).filter { !$0.isEmpty }
  }

  func isEchoed(in reply: String) -> Bool {
    let flat = Self.flattened(reply)
    if details.contains(where: { flat.contains(Self.flattened($0)) }) { return true }
    return texts.contains { Self.shareStretch($0, flat) }
  }

  private static func shareStretch(_ text: String, _ reply: String) -> Bool {
    if text.count <= stretch { return reply.contains(text) }
    let characters = Array(reply)
    guard characters.count >= stretch else { return false }
    return (0...(characters.count - stretch)).contains { start in
      text.contains(String(characters[start..<start + stretch]))
    }
  }

  /// Case and spacing don't hide an echo, nor do JSON's escapes of line ends.
  private static func flattened(_ text: String) -> String {
    text.lowercased().replacing("\\n", with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
