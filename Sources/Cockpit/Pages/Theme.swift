import Hummingbird

/// Day or night, as a cookie says, so that no page flashes.
enum Theme: String, CaseIterable {
  case system, light, dark

  init(_ request: Request) {
    self = request.cookies["theme"].flatMap { Theme(rawValue: $0.value) } ?? .system
  }

  var attribute: String? { self == .system ? nil : rawValue }

  var name: String {
    switch self {
    case .system: "Same as device"
    case .light: "Light"
    case .dark: "Dark"
    }
  }

  var next: Theme {
    switch self {
    case .system: .light
    case .light: .dark
    case .dark: .system
    }
  }
}
