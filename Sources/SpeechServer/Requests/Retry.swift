import HTTPTypes
import Hummingbird

/// Whether a client asks again, as far as it says so.
struct Retry {
  /// OpenAI's clients count their tries; 0 is the first.
  private let count: Int?
  private let hasKey: Bool

  init(_ headers: HTTPFields) {
    func value(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    count = value("X-Stainless-Retry-Count").flatMap { Int($0) }
    hasKey = value("Idempotency-Key") != nil
  }

  /// It may ask for what it asked for before.
  var isAgain: Bool { count ?? 0 > 0 || hasKey }

  /// How long its request goes on when it goes away: until OpenAI's clients would ask again. They wait half a second, and
  /// twice as long each time, up to eight. Who never says that it asks again is not waited for.
  var patience: Duration {
    guard count != nil || hasKey else { return .zero }
    return .milliseconds(300 + 500 * (1 << min(max(0, count ?? 0), 4)))
  }
}
