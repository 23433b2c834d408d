import Domain
import Foundation

/// The folder of pages and assets that ships beside the program.
enum CockpitResources {
  private static let root = ResourceFolder.of("Cockpit")

  static var views: URL { root.appending(path: "Views") }
  static var assets: URL { root.appending(path: "Public") }
}
