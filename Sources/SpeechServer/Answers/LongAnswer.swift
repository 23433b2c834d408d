import Hummingbird
import NIOCore
import SpeechEngine

/// What is sent of an answer that takes long before it is whole, so that nobody on the way takes the connection for dead: what
/// doesn't change it. Blanks before JSON, and of the other forms what is certain already. Pure.
struct LongAnswer {
  private let format: AnswerFormat
  private var sent = DeltaText()

  init(_ format: AnswerFormat) { self.format = format }

  /// Time has passed.
  /// - Parameter heard: all segments so far.
  mutating func pulse(_ heard: [Segment]) throws -> String? { format.isJSON ? " " : try more(heard) }

  /// Something was heard.
  mutating func more(_ heard: [Segment]) throws -> String? {
    format.isJSON ? nil : sent.finish(try format.beginning(heard))
  }

  /// - Parameter body: the whole answer.
  /// - Returns: what is still to be sent.
  /// - Throws: ``Broken`` where it doesn't begin with what was sent.
  mutating func rest(_ body: String) throws -> String? {
    guard body.utf8.starts(with: sent.sent.utf8) else { throw Broken() }
    return sent.finish(body)
  }

  /// The answer can't be brought to its end, and its head is sent: the connection is cut, which clients see.
  struct Broken: Error {}
}
