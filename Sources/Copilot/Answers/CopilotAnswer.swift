public import Domain
public import Endpoints
import Foundation

/// Who asks what, and where they stand.
public struct CopilotQuestion: Sendable {
  public var words: String
  /// Earlier turns, oldest first; the last six are sent to an endpoint.
  public var history: [ChatMessage] = []
  public var filter = ReferenceFilter()
  /// The account that is being worked on.
  public var account: String?
  /// The service that its contact is interested in.
  public var service: String?
  public var ownerID: ID<Owner>

  /// Most characters of a question; what is beyond is left out.
  public static let longest = 600

  public init(_ words: String, ownerID: ID<Owner>) {
    self.words = String(words.trimmingCharacters(in: .whitespacesAndNewlines).prefix(Self.longest))
    self.ownerID = ownerID
  }
}

/// A piece of reference under the number that sentences cite it by, from 1.
public struct Citation: Sendable, Equatable {
  public let number: Int
  public let chunk: ReferenceChunk

  public init(number: Int, chunk: ReferenceChunk) {
    self.number = number
    self.chunk = chunk
  }
}

public struct AnswerSentence: Sendable, Equatable {
  /// Without the marks of its citations.
  public let text: String
  /// Numbers of citations that exist; empty where it cites none.
  public let citations: [Int]

  public init(text: String, citations: [Int]) {
    self.text = text
    self.citations = citations
  }
}

/// How to offer a service, from the references alone.
public struct PositioningBrief: Sendable, Equatable {
  public struct Line: Sendable, Equatable {
    public let text: String
    public let citation: Int?
  }

  public var service: String?
  /// At most three.
  public var values: [Line] = []
  public var promos: [Line] = []
  public var prices: [Line] = []
  public var upsells: [Line] = []
  public var angle: Line?
}

/// How an answer came to be.
public enum AnswerWay: Sendable, Equatable {
  /// By an endpoint's model, from the sources.
  case written(model: String)
  /// Sentences of the sources, word for word.
  case quoted
  /// Put ready in a file.
  case canned
  case brief
  /// The references don't say.
  case refused
  /// There is no index yet.
  case noIndex
}

/// Something to be said beside an answer.
public enum AnswerNotice: Sendable, Equatable {
  case staleSnapshot(lastUpdated: String)
  case otherService(cited: String, own: String)
  case otherAccount(String)
  case noDiscount
  case noIndex
  case stubIndex
}

public struct CopilotAnswer: Sendable {
  public var way: AnswerWay
  public var citations: [Citation] = []
  public var sentences: [AnswerSentence] = []
  public var brief: PositioningBrief?
  public var notices: [AnswerNotice] = []
  /// Whether meaning was compared, too, and not only words.
  public var usedVectors = false
  /// Why the endpoint did not answer, where it was asked.
  public var failure: ChatError?
  /// The answer came in another way than was set.
  public var isFallback = false

  /// The pieces that sentences cite.
  public var cited: [ReferenceChunk] {
    let numbers = Set(sentences.flatMap(\.citations))
    return citations.filter { numbers.contains($0.number) }.map(\.chunk)
  }

  public var text: String { sentences.map(\.text).joined(separator: " ") }
}

/// An answer as it comes.
public enum CopilotEvent: Sendable {
  /// Before any sentence.
  case sources([Citation], usedVectors: Bool)
  case sentence(AnswerSentence)
  /// The sentences so far don't count: the endpoint broke off.
  case again(ChatError)
  case done(CopilotAnswer)
}
