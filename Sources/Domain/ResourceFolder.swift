public import Foundation

/// The folders of resources that ship beside the program.
public enum ResourceFolder {
  /// SwiftPM's folder of a target's resources: named so on Linux, and with `.bundle` on macOS. Tests run from another
  /// bundle in the same folder.
  /// - Parameter target: `Cockpit`.
  public static func of(_ target: String) -> URL {
    let beside = [Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent()]
    let candidates = beside.flatMap { folder in
      ["resources", "bundle"].map { folder.appending(path: "fieldos_\(target).\($0)") }
    }
    return candidates.first { FileManager.default.fileExists(atPath: $0.path) } ?? candidates[0]
  }
}
