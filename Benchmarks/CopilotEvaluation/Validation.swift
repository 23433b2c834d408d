import Foundation

/// How well a decision to answer that was fitted on some authors' questions fits another's: logistic regression over figures
/// of chunks, where a question is answered by the best of its chunks.
public struct Validation {
  public struct Example: Sendable {
    /// As ``LabelledQuestion/set`` has it.
    let set: String
    /// Figures of each chunk that may answer; nil where a name, a figure or an account decided.
    let chunks: [[Double]]?
    let isAnswerable: Bool
    /// As it was decided.
    let isAnswered: Bool

    public init(_ question: LabelledQuestion, chunks: [[Double]]?, isAnswered: Bool) {
      set = question.set
      self.chunks = chunks
      isAnswerable = question.isAnswerable
      self.isAnswered = isAnswered
    }
  }

  /// How many questions of a set were decided rightly by a fit to all other sets.
  public struct LeftOut: Sendable {
    public let set: String
    public let questions: Int
    public let right: Int

    public var share: Double { Double(right) / Double(max(1, questions)) }
  }

  public struct Fit: Sendable {
    /// Of each figure, and what they have to come to together.
    public let weights: [Double]
    public let least: Double

    /// The same decision, with -1 for the last figure.
    public var scaled: Fit {
      let unit = abs(weights.last ?? 1)
      return Fit(weights: weights.map { $0 / unit }, least: least / unit)
    }

    func answers(_ example: Example) -> Bool {
      example.chunks == nil ? example.isAnswered : best(example).map { sum($0) >= least } ?? false
    }

    func best(_ example: Example) -> [Double]? { example.chunks?.max { sum($0) < sum($1) } }

    private func sum(_ figures: [Double]) -> Double { zip(figures, weights).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private static let (rounds, steps, rate, penalty) = (5, 200, 0.5, 1.0)

  public let examples: [Example]

  public init(_ examples: [Example]) { self.examples = examples }

  /// One set after the other is left out. Questions of one author are alike: a fit to some of them tells too much of the rest.
  public func leftOut() -> [LeftOut] {
    Dictionary(grouping: examples, by: \.set).sorted { $0.key < $1.key }.map { set, own in
      let fit = Self.fit(examples.filter { $0.set != set })
      return LeftOut(set: set, questions: own.count, right: own.count { fit.answers($0) == $0.isAnswerable })
    }
  }

  public func fit() -> Fit { Self.fit(examples) }

  /// Each round takes the chunk of each question that the round before thought the best.
  private static func fit(_ examples: [Example]) -> Fit {
    let examples = examples.filter { $0.chunks?.isEmpty == false }
    let width = examples.first?.chunks?.first?.count ?? 0
    var fit = Fit(weights: [Double](repeating: 1, count: width), least: 0)
    for _ in 0..<rounds {
      fit = regression(examples.map { (fit.best($0) ?? [], $0.isAnswerable ? 1 : 0) }, width)
    }
    return fit
  }

  private static func regression(_ rows: [(figures: [Double], answer: Double)], _ width: Int) -> Fit {
    let count = Double(max(1, rows.count))
    let means = (0..<width).map { column in rows.reduce(0) { $0 + $1.figures[column] } / count }
    let spreads = (0..<width).map { column in
      max(1e-6, (rows.reduce(0) { $0 + pow($1.figures[column] - means[column], 2) } / count).squareRoot())
    }
    let scaled = rows.map { row in (0..<width).map { (row.figures[$0] - means[$0]) / spreads[$0] } }
    var (weights, bias) = ([Double](repeating: 0, count: width), 0.0)
    for _ in 0..<steps {
      var (slopes, slope) = (weights.map { $0 * penalty }, 0.0)
      for (figures, row) in zip(scaled, rows) {
        let sum = zip(figures, weights).reduce(bias) { $0 + $1.0 * $1.1 }
        let miss = 1 / (1 + exp(-sum)) - row.answer
        for column in 0..<width { slopes[column] += miss * figures[column] }
        slope += miss
      }
      for column in 0..<width { weights[column] -= rate * slopes[column] / count * 4 }
      bias -= rate * slope / count * 4
    }
    let raw = zip(weights, spreads).map { $0 / $1 }
    return Fit(weights: raw, least: zip(raw, means).reduce(-bias) { $0 + $1.0 * $1.1 })
  }
}
