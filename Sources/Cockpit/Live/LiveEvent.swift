import Domain
import Foundation

/// One message of the live stream. Browsers get `{"kind", "subject", "at", …facts}`.
struct LiveEvent: Sendable {
  /// The event row's seq, nil for what is no row.
  let seq: Int64?
  let kind: String
  /// A JSON object with what happened. Never the words of a note or transcript of somebody else.
  let json: String

  /// - Parameter json: an object.
  init(kind: String, json: String, seq: Int64? = nil) {
    self.kind = kind
    self.json = json
    self.seq = seq
  }

  init(_ event: Event) {
    let facts = (try? JSONSerialization.jsonObject(with: Data(event.json.utf8))) as? [String: Any] ?? [:]
    let common: [String: Any] = ["subject": event.subjectID, "at": Timestamp.utc(event.at)]
    let all = facts.merging(common) { _, own in own }
    let data = try? JSONSerialization.data(withJSONObject: all, options: [.sortedKeys])
    self.init(kind: event.kind, json: data.map { String(decoding: $0, as: UTF8.self) } ?? "{}", seq: event.seq)
  }

  /// As server-sent events write it. Newlines can't occur: JSON escapes them.
  var frame: String {
    let head = seq.map { "id: \($0)\n" } ?? ""
    let body = json == "{}" ? "" : "," + json.dropFirst().dropLast()
    return "\(head)data: {\"kind\":\"\(kind)\"\(body)}\n\n"
  }
}
