import Mustache

/// A view's properties by name, looked up in one step. Templates ask for each name anew, at every level from the
/// inside out: asking reflection each time took most of a page's time.
final class PageObject: MustacheParent {
  private let properties: [String: Any]

  private init(_ properties: [String: Any]) {
    self.properties = properties
  }

  func child(named name: String) -> Any? { properties[name] }

  /// What a template needs of a value: structures become ``PageObject``s, all the way down; text, numbers, flags and
  /// what looks itself up stay. nil where there is nothing.
  static func plain(_ value: Any) -> Any? {
    switch value {
    case is String, is Bool, is Int, is Double, is any MustacheParent: return value
    case let list as [Any]: return list.compactMap(plain)
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.flatMap { plain($0.value) }
    case .struct, .class: return PageObject(properties(of: mirror))
    default: return value
    }
  }

  private static func properties(of mirror: Mirror) -> [String: Any] {
    var all: [String: Any] = [:]
    for (name, value) in mirror.children {
      if let name, let plain = plain(value) { all[name] = plain }
    }
    return all
  }
}
