import Foundation
import ModelStore
import TestSupport
import Testing

@Suite("Checking and removing models", .timeLimit(.minutes(10)))
struct ModelFolderTests {
  private let room: PullRoom

  init() throws { room = try PullRoom() }

  @Test("a pulled file that changed, shrank or went is found")
  func damage() async throws {
    try await room.pull()
    let file = room.final.appending(path: "model.bin")
    var bytes = try #require(PullRoom.model["model.bin"])
    bytes[bytes.count - 9] ^= 1
    try bytes.write(to: file)
    #expect(try state(of: "model.bin") == .wrongChecksum)
    try bytes.dropLast().write(to: file)
    #expect(try state(of: "model.bin") == .wrongSize(found: bytes.count - 1, expected: bytes.count))
    #expect(ModelInventory(room.locations).all().map(\.state) == [.damaged])
    try FileManager.default.removeItem(at: file)
    #expect(try state(of: "model.bin") == .missing)
    #expect(try ModelVerification.verify(room.final).problem != nil)
    #expect(try await room.pull().source == .downloaded)
    #expect(room.isComplete())
  }

  private func state(of name: String) throws -> ModelVerdict.State? {
    let verdict = try ModelVerification.verify(room.final)
    #expect(!verdict.isUsable)
    return verdict.files.first { $0.name == name }?.state
  }

  @Test("a damaged blob of the hub's cache is found by its name") func damagedCache() throws {
    let file = try room.fillCache().appending(path: "config.json").resolvingSymlinksInPath()
    try (try Data(contentsOf: file) + Data(" ".utf8)).write(to: file)
    let snapshot = try ModelCatalog(room.locations).find("base").folder
    let verdict = try ModelVerification.verify(snapshot)
    #expect(verdict.files.filter { $0.state != .right }.map(\.name) == ["config.json"])
  }

  @Test("a removed model is gone, with what an unfinished pull left") func remove() async throws {
    try await room.pull()
    try FileManager.default.createDirectory(at: room.partial, withIntermediateDirectories: true)
    let removal = ModelRemoval(room.locations)
    let plan = try removal.plan("base")
    #expect(plan.folders.map(\.path) == [room.final.path, room.partial.path])
    try removal.carryOut(plan)
    #expect(try FileManager.default.contentsOfDirectory(atPath: room.locations.pulled.path).isEmpty)
    #expect(throws: ModelStoreError.notFound(name: "base")) { try removal.plan("base") }
  }

  @Test("what no pull made stays: the demo, own folders without force, the hub's cache, and what lies outside")
  func stays() async throws {
    let removal = ModelRemoval(room.locations)
    #expect(throws: ModelStoreError.demoStays) { try removal.plan("demo-en") }
    let snapshot = try room.fillCache()
    let error = #expect(throws: ModelStoreError.self) { try removal.plan("base") }
    guard case .inHubCache? = error else { return _ = Issue.record("\(error as Any)") }
    let own = room.locations.models.appending(path: "mine")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: snapshot.appending(path: "model.bin").resolvingSymlinksInPath(), to: own.appending(path: "model.bin"))
    #expect(throws: ModelStoreError.notPulled(path: own.path)) { try removal.plan("mine") }
    #expect(try removal.plan("mine", force: true).folders.map(\.path) == [own.path])
    for name in ["faster-whisper", "..", "../models", own.path, "."] {
      #expect(throws: ModelStoreError.notFound(name: name)) { try removal.plan(name, force: true) }
    }
    let cached = try removal.plan("base", fromHubCache: true)
    try removal.carryOut(cached)
    #expect(!room.isThere(snapshot) && room.isThere(own))
  }

  @Test("a model that a pull is working on is not removed") func removeDuringPull() async throws {
    room.hub.fail("model.bin", .stall(after: 1000))
    let room = room
    let pull = Task { try await room.pull() }
    await room.reaches(1359)
    let removal = ModelRemoval(room.locations)
    #expect(throws: ModelStoreError.locked(path: room.partial.path)) { try removal.carryOut(try removal.plan("base")) }
    pull.cancel()
    _ = try? await pull.value
  }
}
