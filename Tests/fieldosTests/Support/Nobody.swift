import Foundation

/// Whether the tests run as root, whom no permission stops.
let isRoot = getuid() == 0

extension Room {
  /// Runs `fieldos` as a user who may not write what root owns: nobody when the tests run as root, else the caller.
  func runUnprivileged(
    _ arguments: String..., in workFolder: URL? = nil, with environment: [String: String?] = [:]
  ) async throws -> Outcome {
    var launch = try launch(arguments, with: environment)
    launch.folder = workFolder ?? work
    if isRoot {
      launch.arguments =
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", launch.executable.path] + arguments
      launch.executable = URL(filePath: "/usr/bin/env")
    }
    return try await start(launch).finish()
  }

  /// A folder that `runUnprivileged` may read and not write.
  func makeReadOnlyFolder(_ name: String) throws -> URL {
    let url = try makeFolder(name)
    try setMode(isRoot ? 0o755 : 0o555, of: url)
    return url
  }

  /// A folder that everybody may write.
  func makeOpenFolder(_ name: String) throws -> URL {
    let url = try makeFolder(name)
    try setMode(0o777, of: url)
    return url
  }

  private func setMode(_ mode: Int, of url: URL) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
  }
}
