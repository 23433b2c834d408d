import Copilot
import CopilotEvaluation
import Domain
import Foundation
import Testing

@Suite("Labelled questions") struct EvaluationTests {
  private func marks(of set: String) async throws -> (ours: Marks, prototype: Marks) {
    let room = try CopilotRoom.demo()
    try await room.build()
    let corpus = try room.corpus()
    let retriever = Retriever(store: room.store)
    let copilot = room.copilot()
    var (ours, prototype) = (Marks(), Marks())
    for question in try CopilotRoom.questions() where question.set == set {
      let found = try #require(try retriever.find(question.words))
      let answer = try await copilot.ask(CopilotRoom.question(question.words))
      ours.add(
        question, .init(chunks: found.hits.map(\.chunk), isRefused: answer.way == .refused, cited: answer.cited),
        corpus: corpus)
      prototype.add(question, PrototypeScore.find(question.words, in: corpus), corpus: corpus)
    }
    return (ours, prototype)
  }

  @Test("every label names a piece that is in the index")
  func labels() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let corpus = try room.corpus()
    let questions = try CopilotRoom.questions()
    #expect(questions.count >= 120)
    for question in questions {
      for label in question.labels {
        #expect(corpus.contains { label.fits($0) }, "question \(question.number)")
      }
    }
  }

  /// What was measured, so that it gets no worse.
  @Test(
    "words alone find and refuse as they should, each author's questions",
    arguments: [
      ("first", 0.96, 0.97), ("second", 0.89, 0.93), ("third", 0.93, 0.89), ("fourth", 0.92, 0.92),
      ("fifth", 0.91, 0.89), ("held", 0.84, 0.65),
    ])
  func sets(set: String, recall: Double, refusals: Double) async throws {
    let (ours, prototype) = try await marks(of: set)
    #expect(ours.recall >= recall, "\(ours.line)\n\(ours.mistakes.joined(separator: "\n"))")
    #expect(ours.refusalCorrectness >= refusals, "\(ours.line)\n\(ours.mistakes.joined(separator: "\n"))")
    #expect(ours.recall > prototype.recall && ours.ndcg > prototype.ndcg, "\(prototype.line)")
  }

  @Test("the decision to answer, fitted to the questions of some authors, holds for another's")
  func leftOut() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let retriever = Retriever(store: room.store)
    let examples = try CopilotRoom.questions().filter { !$0.isHeldOut }.map { question in
      let found = try #require(try retriever.find(question.words))
      return Validation.Example(question, chunks: found.evidence?.map(\.figures), isAnswered: found.isAnswerable)
    }
    let validation = Validation(examples)
    let sets = validation.leftOut()
    #expect(sets.count == 5 && sets.allSatisfy { $0.share >= 0.86 }, "\(sets)")
    #expect(Double(sets.reduce(0) { $0 + $1.right }) >= 0.92 * Double(examples.count), "\(sets)")
    let fit = validation.fit().scaled
    for (own, fitted) in zip(Evidence.weights + [Evidence.enough], fit.weights + [fit.least]) {
      #expect(abs(own - fitted) < 0.05, "\(fit)")
    }
  }
}
