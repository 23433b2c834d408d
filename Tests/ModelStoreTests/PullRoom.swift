import Endpoints
import Foundation
import ModelStore
import Synchronization
import TestSupport

/// A data folder, a hub to pull from, and what was told on the way. The model is the demo model, which the engine opens.
final class PullRoom: Sendable {
  static let model: [String: Data] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/fieldos/Resources/demo-en").standardizedFileURL
    let names = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.json"]
    return Dictionary(
      uniqueKeysWithValues: names.map { ($0, (try? Data(contentsOf: folder.appending(path: $0))) ?? Data()) })
  }()

  let folder: TemporaryFolder
  let hub: FakeHub
  private let told = Mutex<[PullEvent]>([])
  private let paused = Mutex<[Duration]>([])
  /// Bytes on the disk, as a pull tells of them.
  let progress: AsyncStream<Int>
  private let send: AsyncStream<Int>.Continuation

  init(files: [String: Data] = PullRoom.model) throws {
    (progress, send) = AsyncStream.makeStream()
    folder = try TemporaryFolder()
    hub = try FakeHub(files: files.merging(["README.md": Data("# not wanted".utf8)]) { $1 })
  }

  var locations: ModelLocations {
    ModelLocations(models: folder.url.appending(path: "models"), hubCache: folder.url.appending(path: "hub"))
  }
  var final: URL { locations.pulled.appending(path: "base") }
  var partial: URL { locations.pulled.appending(path: "base.partial") }
  var events: [PullEvent] { told.withLock { $0 } }
  /// The pauses that were asked for; none is made.
  var pauses: [Duration] { paused.withLock { $0 } }

  @discardableResult
  func pull(
    _ name: String = "base", endpoint: String? = nil, token: String? = nil, revision: String? = nil,
    _ change: (inout PullConfiguration) -> Void = { _ in }
  ) async throws -> PulledModel {
    var configuration = try PullConfiguration(endpoint: endpoint ?? hub.url, token: token, revision: revision)
    configuration.limits.connect = .seconds(5)
    configuration.pause = { duration in self.paused.withLock { $0.append(duration) } }
    change(&configuration)
    let pull = ModelPull(locations, configuration) { event in
      if case .progress(let bytes, _) = event {
        self.send.yield(bytes)
        return
      }
      self.told.withLock { $0.append(event) }
    }
    return try await pull.pull(name)
  }

  /// Waits until a pull has so many bytes.
  func reaches(_ bytes: Int) async {
    for await done in progress where done >= bytes { return }
  }

  /// Whether the folder holds the model as the hub has it, and nothing unwanted.
  func isComplete(_ folder: URL? = nil) -> Bool {
    let folder = folder ?? final
    let names = Set((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    let wanted = PullRoom.model.keys
    return names == Set(wanted).union(["fieldos-model.json"])
      && wanted.allSatisfy { (try? Data(contentsOf: folder.appending(path: $0))) == PullRoom.model[$0] }
  }

  func isThere(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

  /// The hub's cache with the model in it, as huggingface_hub lays it out.
  func fillCache(without missing: String? = nil) throws -> URL {
    let repository = folder.url.appending(path: "hub/models--Systran--faster-whisper-base")
    let snapshot = repository.appending(path: "snapshots/\(FakeHub.commit)")
    for part in ["blobs", "refs", "snapshots/\(FakeHub.commit)"] {
      try FileManager.default.createDirectory(
        at: repository.appending(path: part), withIntermediateDirectories: true)
    }
    try Data(FakeHub.commit.utf8).write(to: repository.appending(path: "refs/main"))
    for (name, content) in PullRoom.model where name != missing {
      let blob = name == "model.bin" ? FakeHub.sha256(content) : FakeHub.blobID(content)
      try content.write(to: repository.appending(path: "blobs/\(blob)"))
      try FileManager.default.createSymbolicLink(
        atPath: snapshot.appending(path: name).path, withDestinationPath: "../../blobs/\(blob)")
    }
    return snapshot
  }
}
