/// What speaks for a chunk answering a question that names no account, as three figures. Words that say what is done count a
/// fifth, see ``QuestionGrammar``.
package struct Evidence: Sendable {
  /// How many of the question's words the chunk has, names left out: a page about a rival need not tell its stock price.
  let found: Double
  /// How well it has what 'which', 'what' or 'how many' ask for, 0...1; 1 for other questions.
  let asked: Double
  /// How much of the question it has not, 0...1.
  let lost: Double

  package var figures: [Double] { [found, asked, lost] }

  /// From the development questions by logistic regression; `copilot-bench validate` fits them anew.
  package static let (weights, enough) = ([0.29, 0.67, -1.0], 0.41)

  var isEnough: Bool { zip(figures, Self.weights).reduce(0) { $0 + $1.0 * $1.1 } >= Self.enough }
}
