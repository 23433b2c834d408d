public import Domain

/// What was found for a question.
public struct Retrieval: Sendable {
  public struct Hit: Sendable {
    public let chunk: ReferenceChunk
    public let score: Double
  }

  /// How the chunks were found.
  public enum Way: String, Sendable, Codable {
    case words, wordsAndMeaning = "words_and_meaning"
  }

  /// The best first, at most as many as asked for.
  public let hits: [Hit]
  /// Whether the references answer the question; where not, ``hits`` are what came nearest.
  public let isAnswerable: Bool
  /// How much of the question was found: 0...1.
  public let coverage: Double
  /// For each chunk that may answer; nil where names, figures or an account decided.
  package let evidence: [Evidence]?
  public let wantsBrief: Bool
  /// The account that the question names, where it names one.
  public let account: String?
  public let way: Way
  /// Words of the question that tell something, for choosing sentences.
  let query: QueryTerms?
  let vocabulary: Vocabulary?
}
