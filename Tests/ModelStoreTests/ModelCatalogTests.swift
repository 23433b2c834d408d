import Foundation
import ModelStore
import TestSupport
import Testing

@Suite("Finding models")
struct ModelCatalogTests {
  private let folder: TemporaryFolder
  private let catalog: ModelCatalog

  init() throws {
    folder = try TemporaryFolder()
    catalog = ModelCatalog(
      ModelLocations(
        models: folder.url.appending(path: "models"), hubCache: folder.url.appending(path: "hub"),
        demo: folder.url.appending(path: "demo-en")))
  }

  @discardableResult
  private func addModel(_ path: String) throws -> URL {
    let model = folder.url.appending(path: path)
    try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: model.appending(path: "model.bin"))
    return model
  }

  @Test("without a name it is base where that is present, else the demo model, said to be one") func preference() throws
  {
    #expect(throws: ModelStoreError.demoMissing) { try catalog.find(nil) }
    try addModel("demo-en")
    #expect(try catalog.find(nil).isDemo)
    try addModel("models/base")
    let found = try catalog.find(nil)
    #expect(found.name == "base" && !found.isDemo)
    #expect(try catalog.find("demo-en").isDemo)
  }

  @Test("faster-whisper's downloads are found, the current revision first") func hub() throws {
    let repository = "hub/models--Systran--faster-whisper-small.en"
    try addModel("\(repository)/snapshots/aaa")
    let current = try addModel("\(repository)/snapshots/bbb")
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "\(repository)/refs"), withIntermediateDirectories: true)
    try Data("bbb\n".utf8).write(to: folder.url.appending(path: "\(repository)/refs/main"))
    #expect(try catalog.find("small.en").folder.path == current.path)
  }

  @Test("names map to faster-whisper's repositories") func names() {
    #expect(HubNames.repository(of: "base") == "Systran/faster-whisper-base")
    #expect(HubNames.repository(of: "turbo") == "mobiuslabsgmbh/faster-whisper-large-v3-turbo")
    #expect(HubNames.repository(of: "distil-small.en") == "Systran/faster-distil-whisper-small.en")
  }

  @Test("a path is taken as it is, an unknown name is refused") func paths() throws {
    let model = try addModel("elsewhere/mine")
    #expect(try catalog.find(model.path).name == "mine")
    #expect(throws: ModelStoreError.notFound(name: "no-such-model")) { try catalog.find("no-such-model") }
  }
}
