import Copilot
import CopilotEvaluation
import Domain
import Endpoints
import Foundation
import Operations
import Storage
import TestSupport

/// A data folder with the demo material, or with files of a test's own.
struct CopilotRoom {
  let folder: TemporaryFolder
  let store: FieldStore
  let clock = ManualClock()

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  /// With the fictional company's files and customers.
  static func demo() throws -> CopilotRoom {
    let room = try CopilotRoom()
    let source = repository.appending(path: "Sources/fieldos/Resources/demo-data")
    for name in try FileManager.default.contentsOfDirectory(atPath: source.path) where name != "README.md" {
      try FileManager.default.copyItem(at: source.appending(path: name), to: room.folder.url.appending(path: name))
    }
    _ = try CustomerImport(store: room.store).runIfNew()
    return room
  }

  static func questions() throws -> [LabelledQuestion] {
    try LabelledQuestion.read(repository.appending(path: "Tests/Fixtures/copilot/questions.tsv"))
  }

  func write(_ name: String, _ text: String) throws { _ = try folder.file(name, Data(text.utf8)) }

  var index: ReferenceIndex { ReferenceIndex(store: store, ownerID: Owner.local) }

  @discardableResult
  func build() async throws -> ReferenceIndex.Outcome { try await index.build(model: "none", embed: nil) }

  func corpus() throws -> [ReferenceChunk] {
    var chunks: [ReferenceChunk] = []
    try store.references.each { chunk, _ in chunks.append(chunk) }
    return chunks
  }

  func copilot(_ change: (inout CopilotConfiguration) -> Void = { _ in }) -> Copilot {
    var configuration = CopilotConfiguration()
    change(&configuration)
    return Copilot(store: store, configuration: configuration, clock: clock.wall)
  }

  static func question(_ words: String) -> CopilotQuestion { CopilotQuestion(words, ownerID: Owner.local) }
}
