import Domain
import Foundation
import Hummingbird

/// Ways to a person that leave the browser: the telephone and the map of the device itself. Nothing is asked of
/// anybody's map service.
enum Reach {
  /// `tel:+13305550148`; nil where there is no number to call.
  static func call(_ phone: String) -> String? {
    let digits = phone.unicodeScalars.filter { ("0"..."9").contains($0) }.map(String.init).joined()
    guard (3...20).contains(digits.count) else { return nil }
    return "tel:" + (phone.trimmingCharacters(in: .whitespaces).hasPrefix("+") ? "+" : "") + digits
  }

  /// The address for the device's own map: `geo:` for most, `maps:` for Apple's, which don't know `geo:`. On a desk a
  /// script copies the address instead. nil where there is no address.
  static func map(_ address: String, _ request: Request) -> String? {
    guard !address.isEmpty, let query = encoded(address) else { return nil }
    let agent = request.headers[.userAgent] ?? ""
    let isApple = ["iPhone", "iPad", "Macintosh"].contains { agent.contains($0) }
    return isApple ? "maps:?q=" + query : "geo:0,0?q=" + query
  }

  private static func encoded(_ text: String) -> String? {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~,")
    allowed = allowed.intersection(CharacterSet(charactersIn: Unicode.Scalar(0)..."\u{7f}"))
    return text.addingPercentEncoding(withAllowedCharacters: allowed)?.replacing("%20", with: "+")
  }
}
