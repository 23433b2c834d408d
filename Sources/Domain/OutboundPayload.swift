public import Foundation

/// What of a stored payload may leave this machine.
public enum OutboundPayload {
  /// The payload without bookkeeping: keys that start with an underscore (`_crm_…`, `_offline_cached`, `_cached_at`,
  /// `_gps`) and `crm_status`. One without such keys, as this release stores them, is sent byte for byte.
  public static func stripped(_ payload: Data) -> Data {
    guard var object = (try? JSONSerialization.jsonObject(with: payload)) as? [String: Any] else { return payload }
    let internalKeys = object.keys.filter(isInternal)
    if internalKeys.isEmpty { return payload }
    for key in internalKeys { object[key] = nil }
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    // What was read as JSON can be written as JSON; if not, an empty object leaks nothing and the CRM refuses it.
    return (try? JSONSerialization.data(withJSONObject: object, options: options)) ?? Data("{}".utf8)
  }

  static func isInternal(_ key: String) -> Bool { key.hasPrefix("_") || key == "crm_status" }
}
