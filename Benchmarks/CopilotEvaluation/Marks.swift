public import Domain
import Foundation

/// How well answers to labelled questions are, on average. Retrieval is marked on questions that have an answer.
public struct Marks: Sendable {
  /// What was found for one question.
  public struct Found: Sendable {
    /// The first four pieces.
    public let chunks: [ReferenceChunk]
    public let isRefused: Bool
    /// What the answer cites; nil where no answer was made.
    public let cited: [ReferenceChunk]?

    public init(chunks: [ReferenceChunk], isRefused: Bool, cited: [ReferenceChunk]? = nil) {
      self.chunks = chunks
      self.isRefused = isRefused
      self.cited = cited
    }
  }

  public private(set) var questions = 0
  /// Of the questions with an answer: how many have one of its pieces among the first four.
  public var recall: Double { Self.mean(recalls) }
  public var ndcg: Double { Self.mean(gains) }
  /// Of the pieces that answers cite: how many are labelled.
  public var citationPrecision: Double { Self.mean(precisions) }
  /// How many questions were rightly answered or rightly refused.
  public var refusalCorrectness: Double { Self.mean(refusals) }
  /// Of the questions without an answer: how many were refused.
  public var refusedUnanswerable: Double { Self.mean(refusedBad) }
  public private(set) var mistakes: [String] = []

  private var recalls: [Double] = []
  private var gains: [Double] = []
  private var precisions: [Double] = []
  private var refusals: [Double] = []
  private var refusedBad: [Double] = []

  public init() {}

  public mutating func add(_ question: LabelledQuestion, _ found: Found, corpus: [ReferenceChunk]) {
    questions += 1
    refusals.append(found.isRefused == !question.isAnswerable ? 1 : 0)
    let line = "\(question.number) \(question.kind): \(question.words)"
    guard question.isAnswerable else {
      refusedBad.append(found.isRefused ? 1 : 0)
      if !found.isRefused { mistakes.append("answered  \(line)  → \(found.chunks.map(\.id))") }
      return
    }
    let hits = found.chunks.prefix(4).map { chunk in question.labels.contains { $0.fits(chunk) } }
    recalls.append(hits.contains(true) ? 1 : 0)
    gains.append(Self.gain(hits, relevant: corpus.count { chunk in question.labels.contains { $0.fits(chunk) } }))
    if let cited = found.cited, !found.isRefused, !cited.isEmpty {
      precisions.append(
        Double(cited.count { chunk in question.labels.contains { $0.fits(chunk) } }) / Double(cited.count))
    }
    if found.isRefused { mistakes.append("refused   \(line)") }
    if !hits.contains(true) { mistakes.append("not found \(line)  → \(found.chunks.map(\.id))") }
  }

  private static func gain(_ hits: [Bool], relevant: Int) -> Double {
    func sum(_ hits: [Bool]) -> Double {
      hits.enumerated().reduce(0) { $0 + ($1.element ? 1 / log2(Double($1.offset) + 2) : 0) }
    }
    let best = sum([Bool](repeating: true, count: min(4, max(1, relevant))))
    return sum(hits) / best
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  public var line: String {
    String(
      format: "%3d  recall@4 %.3f  nDCG@4 %.3f  citations %.3f  refusal %.3f  refused of unanswerable %.3f",
      questions, recall, ndcg, citationPrecision, refusalCorrectness, refusedUnanswerable)
  }
}
