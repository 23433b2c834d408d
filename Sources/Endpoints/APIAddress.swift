import Foundation

/// Where an OpenAI-compatible API is, and the key that it wants.
struct APIAddress: Sendable {
  /// What is wrong with it, within a line.
  struct Fault: Error { let reason: String }

  let base: URL
  let key: String?

  init(_ text: String, key: String?) throws(Fault) {
    guard let base = URL(string: text) else { throw Fault(reason: "not a URL") }
    do {
      try EndpointURL.validate(base)
    } catch {
      throw Fault(reason: "not an http or https address without a user name")
    }
    if let key, !key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) {
      throw Fault(reason: "the key holds characters that no HTTP header may carry")
    }
    self.base = base
    self.key = key
  }

  /// The key as a bearer token, where there is one.
  var authorization: [(name: String, value: String)] { key.map { [("Authorization", "Bearer \($0)")] } ?? [] }
}
