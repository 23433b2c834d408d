import Foundation
import ModelStore
import TestSupport
import Testing

@Suite("Pulling models", .serialized, .timeLimit(.minutes(10)))
struct ModelPullTests {
  private let room: PullRoom

  init() throws { room = try PullRoom() }

  @Test("a pull brings the wanted files, checked, under the model's name") func wholeModel() async throws {
    let pulled = try await room.pull()
    #expect(pulled.source == .downloaded && pulled.commit == FakeHub.commit)
    #expect(pulled.bytes == PullRoom.model.values.reduce(0) { $0 + $1.count })
    #expect(room.isComplete())
    #expect(!room.isThere(room.partial))
    #expect(try ModelCatalog(room.locations).find("base").folder.path == room.final.path)
    #expect(ModelInventory(room.locations).all().map(\.state) == [.verified])
    let verdict = try ModelVerification.verify(room.final)
    #expect(verdict.isUsable && verdict.files.count == 5 && verdict.files.allSatisfy { $0.state == .right })
  }

  @Test("a listing without sizes and checksums is completed from the files' headers") func bareListing() async throws {
    let cdn = try FakeHub(files: PullRoom.model)
    room.hub.redirectLargeFiles(to: cdn.url)
    room.hub.list { $0.isDetailed = false }
    try await room.pull()
    #expect(room.isComplete())
    #expect(room.hub.asked.filter { $0.method == "HEAD" }.count == 5)
    #expect(cdn.asked.map(\.method) == ["GET"])
  }

  @Test("organisation/repository and a revision are asked for by name") func otherRepository() async throws {
    let hub = try FakeHub("someone/whisper.ct2", files: PullRoom.model)
    let pulled = try await room.pull("someone/whisper.ct2", endpoint: hub.url + "/", revision: "refs/pr/1")
    #expect(pulled.model.folder.lastPathComponent == "someone--whisper.ct2")
    #expect(hub.asked.first?.path == "/api/models/someone/whisper.ct2/revision/refs%2Fpr%2F1?blobs=true")
    #expect(try ModelCatalog(room.locations).find("someone/whisper.ct2").folder.path == pulled.model.folder.path)
    #expect(ModelInventory(room.locations).all().map(\.name) == ["someone/whisper.ct2"])
  }

  @Test("a model that was pulled is not asked for again, unless forced") func twice() async throws {
    try await room.pull()
    let asked = room.hub.asked.count
    #expect(try await room.pull().source == .alreadyThere)
    #expect(room.hub.asked.count == asked)
    #expect(try await room.pull { $0.isForced = true }.source == .downloaded)
    #expect(room.isComplete())
  }

  @Test("a model in the hub's cache is used where it is, without a request") func hubCache() async throws {
    let snapshot = try room.fillCache()
    let pulled = try await room.pull()
    #expect(pulled.source == .hubCache && pulled.model.folder.path == snapshot.path)
    #expect(room.hub.asked.isEmpty && !room.isThere(room.locations.pulled))
    let verdict = try ModelVerification.verify(snapshot)
    #expect(verdict.isUsable && verdict.files.allSatisfy { $0.state == .right })
  }

  @Test("an incomplete snapshot in the hub's cache is not used") func incompleteCache() async throws {
    _ = try room.fillCache(without: "tokenizer.json")
    #expect(try await room.pull().source == .downloaded)
  }

  @Test("offline, what is here is used, and what is missing is named") func offline() async throws {
    await #expect(throws: ModelStoreError.offline(name: "base", missing: [])) {
      try await room.pull { $0.isOffline = true }
    }
    _ = try room.fillCache(without: "tokenizer.json")
    await #expect(throws: ModelStoreError.offline(name: "base", missing: ["tokenizer.json"])) {
      try await room.pull { $0.isOffline = true }
    }
    #expect(room.hub.asked.isEmpty)
    try await room.pull()
    #expect(try await room.pull { $0.isOffline = true }.source == .alreadyThere)
  }

  @Test("a name that nobody knows is refused unasked", arguments: ["", "bas", "../x", "a/b/c", "a/.."])
  func unknownName(name: String) async throws {
    await #expect(throws: ModelStoreError.unknownName(name)) { try await room.pull(name) }
    #expect(room.hub.asked.isEmpty)
  }

  @Test("a model folder that no pull made is not overwritten") func foreignFolder() async throws {
    try FileManager.default.createDirectory(at: room.final, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: room.final.appending(path: "model.bin"))
    await #expect(throws: ModelStoreError.notPulled(path: room.final.path)) { try await room.pull() }
    #expect(try Data(contentsOf: room.final.appending(path: "model.bin")) == Data("mine".utf8))
  }

  @Test("of two pulls at once one does the work and the other says so") func twoAtOnce() async throws {
    room.hub.fail("model.bin", .stall(after: 1000))
    let room = room
    let first = Task { try await room.pull() }
    await room.reaches(1359)
    await #expect(throws: ModelStoreError.locked(path: room.partial.path)) { try await room.pull() }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    try await room.pull()
    #expect(room.isComplete())
  }
}
