/// What speaks for a chunk answering a question that names no account, as four figures.
package struct Evidence: Sendable {
  /// How many of the question's words the chunk has.
  let found: Double
  /// How much it says of what is asked of its subject, 0...1: a page about a rival need not tell its stock price.
  let said: Double
  /// How well it has what 'which', 'what' or 'how many' ask for, 0...1; 1 for other questions.
  let named: Double
  /// How much of the question other chunks have and this one has not, 0...1: it is more likely about those.
  let elsewhere: Double

  package var figures: [Double] { [found, said, named, elsewhere] }

  /// From the development questions by logistic regression, so that 1 is enough; `copilot-bench validate` fits them anew.
  package static let weights = [0.32, 0.66, 0.31, -0.36]
  package static let enough = 1.0

  var isEnough: Bool { zip(figures, Self.weights).reduce(0) { $0 + $1.0 * $1.1 } >= Self.enough }
}
