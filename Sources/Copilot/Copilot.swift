public import Domain
import Endpoints
import Foundation
public import Storage

/// Answers questions from the company's own material, with its sources, and says so where it has none.
public final class Copilot: Sendable {
  public let configuration: CopilotConfiguration
  let store: FieldStore
  let retriever: Retriever
  private let clock: WallClock

  public init(store: FieldStore, configuration: CopilotConfiguration, clock: WallClock = .system) {
    self.store = store
    self.configuration = configuration
    self.clock = clock
    retriever = Retriever(store: store)
  }

  /// Answers a question, and counts it.
  /// - Parameter tell: gets the sources first, then the answer sentence by sentence, and at last the whole.
  /// - Throws: `StorageError`, `CopilotError`, or `CancellationError` where whoever asked went away. What an endpoint does
  ///   wrong is never thrown: then the answer is quoted.
  @discardableResult
  public func ask(
    _ question: CopilotQuestion, tell: @escaping @Sendable (CopilotEvent) async -> Void = { _ in }
  ) async throws -> CopilotAnswer {
    let (vector, failure) = await embedding(question.words)
    let found = try retriever.find(
      question.words, filter: question.filter, about: question.account, limit: Retriever.topK, vector: vector)
    guard let found else { return try await end(.init(way: .noIndex, notices: [.noIndex]), question, tell) }
    var answer = try await self.answer(question, found, tell)
    answer.usedVectors = found.way == .wordsAndMeaning
    if let failure, answer.failure == nil { (answer.failure, answer.isFallback) = (failure, true) }
    answer.isFallback = answer.isFallback || configuration.mode != .live
    answer.notices += try notices(question, answer, found)
    return try await end(answer, question, tell)
  }

  private func answer(
    _ question: CopilotQuestion, _ found: Retrieval, _ tell: @escaping @Sendable (CopilotEvent) async -> Void
  ) async throws -> CopilotAnswer {
    if configuration.mode != .live, let file = configuration.cannedFile,
      let canned = try CannedAnswers(file: file).answer(question.words, found.hits.map(\.chunk))
    {
      await say(canned, tell)
      return canned
    }
    let notes = try NoteSources(store: store, isOn: configuration.searchesNotes).find(question, found)
    guard found.isAnswerable || !notes.isEmpty else {
      let nearest = found.hits.prefix(2).enumerated().map { Citation(number: $0.offset + 1, chunk: $0.element.chunk) }
      return CopilotAnswer(way: .refused, citations: nearest)
    }
    if found.wantsBrief, found.isAnswerable {
      let (brief, citations) = try Briefing(store: store, ownService: question.service).brief(found)
      let answer = CopilotAnswer(way: .brief, citations: citations, sentences: brief.summary, brief: brief)
      await say(answer, tell)
      return answer
    }
    let chunks = (found.isAnswerable ? found.hits.map(\.chunk) : []) + notes
    let citations = chunks.enumerated().map { Citation(number: $0.offset + 1, chunk: $0.element) }
    await tell(.sources(citations, usedVectors: found.way == .wordsAndMeaning))
    return try await write(question, found, citations, tell)
  }

  /// By the endpoint where one is set, else word for word.
  private func write(
    _ question: CopilotQuestion, _ found: Retrieval, _ citations: [Citation],
    _ tell: @escaping @Sendable (CopilotEvent) async -> Void
  ) async throws -> CopilotAnswer {
    var quoted = CopilotAnswer(way: .quoted, citations: citations)
    if configuration.mode == .live, let endpoint = configuration.chat {
      do {
        let sentences = try await LiveAnswer(endpoint: endpoint).write(question, citations) {
          await tell(.sentence($0))
        }
        return CopilotAnswer(way: .written(model: endpoint.model), citations: citations, sentences: sentences)
      } catch let error as ChatError {
        await tell(.again(error))
        (quoted.failure, quoted.isFallback) = (error, true)
      }
    }
    quoted.sentences = Quoting(retrieval: found).sentences(citations)
    for sentence in quoted.sentences { await tell(.sentence(sentence)) }
    return quoted
  }

  private func say(_ answer: CopilotAnswer, _ tell: @Sendable (CopilotEvent) async -> Void) async {
    await tell(.sources(answer.citations, usedVectors: false))
    for sentence in answer.sentences { await tell(.sentence(sentence)) }
  }

  private func end(
    _ answer: CopilotAnswer, _ question: CopilotQuestion, _ tell: @Sendable (CopilotEvent) async -> Void
  ) async throws -> CopilotAnswer {
    try store.copilot.record(
      CopilotAsked(
        question: question.words, isFallback: answer.isFallback, isRefused: answer.way == .refused,
        isBrief: answer.brief != nil, error: answer.failure.map(Self.code)),
      ownerID: question.ownerID, isPrivate: configuration.isPrivate)
    await tell(.done(answer))
    return answer
  }

  /// The question's vector, where the index has vectors of the same model.
  private func embedding(_ words: String) async -> (vector: (values: [Float], model: String)?, failure: ChatError?) {
    guard configuration.mode == .live, let endpoint = configuration.embedding,
      let build = try? store.references.build(), build.model == endpoint.model
    else { return (nil, nil) }
    do {
      let vectors = try await endpoint.vectors([words])
      return (vectors.first.map { ($0, endpoint.model) }, nil)
    } catch {
      return (nil, (error as? ChatError) ?? .noAnswer)
    }
  }

  private func notices(
    _ question: CopilotQuestion, _ answer: CopilotAnswer, _ found: Retrieval
  ) throws -> [AnswerNotice] {
    var notices: [AnswerNotice] = []
    if let own = question.account, let other = found.account, other.caseInsensitiveCompare(own) != .orderedSame {
      notices.append(.otherAccount(other))
    }
    if let own = question.service, let cited = answer.brief?.service, cited != own, !own.isEmpty {
      notices.append(.otherService(cited: cited, own: own))
    }
    let hasDiscount = answer.citations.contains { $0.chunk.discount != nil }
    if answer.brief != nil, !hasDiscount { notices.append(.noDiscount) }
    if try store.references.build()?.model == "stub" { notices.append(.stubIndex) }
    let age = PipelineAge(folder: store.dataDirectory, hours: configuration.staleAfterHours)
    return notices + age.notices(at: clock.now())
  }

  /// What telemetry keeps of a failure: never an answer's words.
  static func code(_ error: ChatError) -> String {
    switch error {
    case .invalidSettings: "invalid_settings"
    case .noAnswer: "timeout"
    case .keyRefused: "key_refused"
    case .busy: "busy_429"
    case .refused(let status): "http_\(status)"
    case .unusable: "unusable_answer"
    }
  }
}
