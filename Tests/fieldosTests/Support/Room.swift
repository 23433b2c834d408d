import Foundation

/// One test's own folder: a working folder, a data folder, an empty model cache, and the children started in it.
/// Its end kills what still runs and removes the folder. `@unchecked Sendable`: `lock` guards `children`.
final class Room: @unchecked Sendable {
  let folder: URL
  /// The working folder of every child.
  let work: URL
  /// `FIELDOS_DATA_DIR`; not made beforehand.
  let data: URL
  private let lock = NSLock()
  private var children: [Child] = []

  init() throws {
    let name = "fieldos-tests-" + UUID().uuidString.prefix(8)
    folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().appending(path: name)
    work = folder.appending(path: "work")
    data = folder.appending(path: "data")
    for part in ["work", "home", "models", "output"] { try makeFolder(part) }
  }

  deinit {
    for child in children { child.killGroup() }
    try? FileManager.default.removeItem(at: folder)
  }

  @discardableResult
  func makeFolder(_ name: String) throws -> URL {
    let url = folder.appending(path: name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  /// Writes a file into the working folder.
  @discardableResult
  func write(_ bytes: Data, to name: String) throws -> URL {
    let url = work.appending(path: name)
    try bytes.write(to: url)
    return url
  }

  /// Files below the data folder's `audio_cache`.
  var cachedAudio: [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: data.appending(path: "audio_cache").path)) ?? []
  }

  var store: Store { Store(file: data.appending(path: "fieldos.sqlite")) }

  /// No variable of the caller's but these three, and no model cache but an empty one. A nil value unsets.
  private func environment(_ own: [String: String?]) -> [String: String] {
    let kept = ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH", "TMPDIR"].contains($0.key) }
    var all = kept
    all["HOME"] = folder.appending(path: "home").path
    all["HF_HOME"] = folder.appending(path: "models").path
    all["HUGGINGFACE_HUB_CACHE"] = folder.appending(path: "models").path
    all["FIELDOS_DATA_DIR"] = data.path
    all["FIELDOS_PORT"] = "0"
    for (name, value) in own { all[name] = value }
    return all
  }

  func launch(_ arguments: [String], with environment: [String: String?] = [:]) throws -> Launch {
    Launch(
      executable: try Binary.find(), arguments: arguments, environment: self.environment(environment), folder: work)
  }

  func start(_ launch: Launch) throws -> Child {
    try lock.withLock {
      let child = try Child(launch, output: folder.appending(path: "output/\(children.count)"))
      children.append(child)
      return child
    }
  }

  /// Starts `fieldos` and leaves it running.
  func start(_ arguments: String..., with environment: [String: String?] = [:]) throws -> Child {
    var launch = try launch(arguments, with: environment)
    launch.openInput = true
    return try start(launch)
  }

  /// Runs `fieldos` to its end.
  func run(
    _ arguments: String..., with environment: [String: String?] = [:], limit: TimeInterval = 60
  ) async throws -> Outcome {
    try await start(launch(arguments, with: environment)).finish(within: limit)
  }
}
