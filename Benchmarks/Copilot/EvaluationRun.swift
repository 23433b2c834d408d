import Copilot
import CopilotEvaluation
import Domain
import Endpoints
import Foundation
import Operations
import Storage

/// Marks the copilot and the prototype's keyword score on the same questions.
struct EvaluationRun {
  let data: URL
  let questions: URL
  /// Who gives vectors; nil: words alone.
  let embedding: EmbeddingEndpoint?

  func run(heldOut: Bool) async throws {
    try await withIndex { try await mark($0, heldOut: heldOut) }
  }

  /// Fits the decision to answer to all sets of questions but one, and tells how it decides that one.
  func validate() async throws {
    try await withIndex { store in
      let retriever = Retriever(store: store)
      var (examples, others) = ([Validation.Example](), [Bool]())
      for question in try LabelledQuestion.read(questions) where !question.isHeldOut {
        guard let found = try retriever.find(question.words, vector: try await vector(question.words)) else { continue }
        examples.append(.init(question, chunks: found.evidence?.map(\.figures), isAnswered: found.isAnswerable))
        if found.evidence == nil { others.append(found.isAnswerable == question.isAnswerable) }
      }
      print("\(others.count) questions by names, numbers or an account: \(others.count { $0 }) right")
      let (validation, fit) = (Validation(examples), Validation(examples).fit().scaled)
      let sets = validation.leftOut()
      for one in sets {
        print(String(format: "%3d questions, left out: %.3f right, of the set", one.questions, one.share), one.set)
      }
      let right = sets.reduce(0) { $0 + $1.right }
      print(String(format: "%3d together: %.3f", examples.count, Double(right) / Double(max(1, examples.count))))
      let figures = (fit.weights + [fit.least]).map { String(format: "%.2f", $0) }
      print("fitted to all:", figures.dropLast().joined(separator: " "), "≥", figures.last ?? "")
    }
  }

  private func withIndex(_ body: (FieldStore) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "copilot-bench-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: data, to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try FieldStore.open(dataDirectory: folder)
    _ = try CustomerImport(store: store).runIfNew()
    try await build(store)
    try await body(store)
  }

  private func mark(_ store: FieldStore, heldOut: Bool) async throws {
    var corpus: [ReferenceChunk] = []
    try store.references.each { chunk, _ in corpus.append(chunk) }
    let retriever = Retriever(store: store)
    var configuration = CopilotConfiguration()
    configuration.embedding = embedding
    let copilot = Copilot(store: store, configuration: configuration)
    var (ours, prototype, groups) = (Marks(), Marks(), [String: Marks]())
    for question in try LabelledQuestion.read(questions) where question.isHeldOut == heldOut {
      let found = try retriever.find(question.words, vector: try await vector(question.words))
      let answer = try await copilot.ask(CopilotQuestion(question.words, ownerID: Owner.local))
      let marked = Marks.Found(
        chunks: found?.hits.map(\.chunk) ?? [], isRefused: answer.way == .refused, cited: answer.cited)
      ours.add(question, marked, corpus: corpus)
      for group in [question.kind, "set " + question.set] {
        groups[group, default: Marks()].add(question, marked, corpus: corpus)
      }
      prototype.add(question, PrototypeScore.find(question.words, in: corpus), corpus: corpus)
    }
    print("\(corpus.count) chunks")
    for group in groups.keys.sorted() {
      print(group.padding(toLength: 14, withPad: " ", startingAt: 0), groups[group]?.line ?? "")
    }
    print(embedding == nil ? "keyword mode  " : "hybrid mode   ", ours.line)
    print("prototype     ", prototype.line)
    for mistake in ours.mistakes { print("  " + mistake) }
  }

  private func build(_ store: FieldStore) async throws {
    let index = ReferenceIndex(store: store, ownerID: Owner.local)
    guard let embedding else {
      _ = try await index.build(model: "none", embed: nil)
      return
    }
    _ = try await index.build(model: embedding.model) { try await embedding.vectors($0) }
  }

  private func vector(_ words: String) async throws -> (values: [Float], model: String)? {
    guard let embedding, let values = try await embedding.vectors([words]).first else { return nil }
    return (values, embedding.model)
  }
}
