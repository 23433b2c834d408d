import Copilot
import CopilotEvaluation
import Domain
import Foundation
import Operations
import Storage

/// Marks the copilot's keyword mode and the prototype's keyword score on the same questions.
struct EvaluationRun {
  let data: URL
  let questions: URL

  func run(heldOut: Bool) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "copilot-bench-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: data, to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try FieldStore.open(dataDirectory: folder)
    _ = try CustomerImport(store: store).runIfNew()
    _ = try await ReferenceIndex(store: store, ownerID: Owner.local).build(model: "none", embed: nil)
    var corpus: [ReferenceChunk] = []
    try store.references.each { chunk, _ in corpus.append(chunk) }
    let retriever = Retriever(store: store)
    let copilot = Copilot(store: store, configuration: CopilotConfiguration())
    var (ours, prototype, kinds) = (Marks(), Marks(), [String: Marks]())
    for question in try LabelledQuestion.read(questions) where question.isHeldOut == heldOut {
      let found = try retriever.find(question.words)
      let marked = Marks.Found(
        chunks: found?.hits.map(\.chunk) ?? [], isRefused: found?.isAnswerable != true,
        cited: try await copilot.ask(CopilotQuestion(question.words, ownerID: Owner.local)).cited)
      ours.add(question, marked, corpus: corpus)
      kinds[question.kind, default: Marks()].add(question, marked, corpus: corpus)
      prototype.add(question, PrototypeScore.find(question.words, in: corpus), corpus: corpus)
    }
    print("\(corpus.count) chunks")
    for kind in kinds.keys.sorted() {
      print(kind.padding(toLength: 14, withPad: " ", startingAt: 0), kinds[kind]?.line ?? "")
    }
    print("keyword mode  ", ours.line)
    print("prototype     ", prototype.line)
    for mistake in ours.mistakes { print("  " + mistake) }
  }
}
