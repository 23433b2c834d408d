import Foundation

/// The folder of pages and assets that ships beside the program.
enum CockpitResources {
  /// SwiftPM's folder of resources: named so on Linux, and with `.bundle` on macOS. Tests run from another bundle
  /// in the same folder.
  private static let root: URL = {
    let beside = [Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()]
    let candidates = beside.flatMap { folder in
      ["fieldos_Cockpit.resources", "fieldos_Cockpit.bundle"].map { folder.appending(path: $0) }
    }
    return candidates.first { FileManager.default.fileExists(atPath: $0.path) } ?? candidates[0]
  }()

  static var views: URL { root.appending(path: "Views") }
  static var assets: URL { root.appending(path: "Public") }
}
