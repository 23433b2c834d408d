import Domain
import Foundation
import Hummingbird

/// The two cookies that say who asks: a session's token, and a visitor's number before there is a session.
/// Over TLS their names start with `__Host-`, so that no other host and no page without TLS can set them.
struct SessionCookie {
  static let session = "fieldos_session"
  private static let visitor = "fieldos_visitor"
  let isSecure: Bool

  private func name(_ plain: String) -> String { isSecure ? "__Host-" + plain : plain }

  func token(_ request: Request) -> String? { value(Self.session, request) }
  func visitor(_ request: Request) -> String? { value(Self.visitor, request) }

  /// Ours are 43 letters; what is not is not looked up.
  private func value(_ plain: String, _ request: Request) -> String? {
    guard let value = request.cookies[name(plain)]?.value, value.utf8.count == 43 else { return nil }
    return value
  }

  func session(_ token: String, until end: Date, now: Date) -> Cookie {
    make(Self.session, token, maxAge: max(0, Int(end.timeIntervalSince(now))))
  }

  func visitor(_ number: String) -> Cookie { make(Self.visitor, number, maxAge: nil) }

  /// Makes the browser forget the session.
  var noSession: Cookie { make(Self.session, "gone", maxAge: 0) }

  private func make(_ plain: String, _ value: String, maxAge: Int?) -> Cookie {
    Cookie(
      name: name(plain), value: value, maxAge: maxAge, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
  }
}
