import Foundation

/// How well a decision to answer that was fitted on some questions fits others: logistic regression over figures of chunks,
/// where a question is answered by the best of its chunks.
public struct Validation {
  public struct Example: Sendable {
    /// Figures of each chunk that may answer.
    let chunks: [[Double]]
    let isAnswerable: Bool

    public init(chunks: [[Double]], isAnswerable: Bool) {
      self.chunks = chunks
      self.isAnswerable = isAnswerable
    }
  }

  public struct Fit: Sendable {
    /// Of each figure, and what they have to come to together.
    public let weights: [Double]
    public let least: Double

    func answers(_ example: Example) -> Bool { best(example).map { sum($0) >= least } ?? false }

    func best(_ example: Example) -> [Double]? { example.chunks.max { sum($0) < sum($1) } }

    private func sum(_ figures: [Double]) -> Double { zip(figures, weights).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private static let (folds, repeats, rounds, steps, rate, penalty) = (5, 10, 5, 200, 0.5, 1.0)

  public let examples: [Example]

  public init(_ examples: [Example]) { self.examples = examples }

  /// The share of questions that are decided rightly by a fit to four fifths that they are not among.
  public func crossValidated() -> Double {
    var (right, state): (Int, UInt64) = (0, 42)
    for _ in 0..<Self.repeats {
      let order = Self.shuffled(examples.count, &state)
      for fold in 0..<Self.folds {
        let tested = Set(order.enumerated().filter { $0.offset % Self.folds == fold }.map(\.element))
        let fit = Self.fit(examples.indices.filter { !tested.contains($0) }.map { examples[$0] })
        right += tested.count { fit.answers(examples[$0]) == examples[$0].isAnswerable }
      }
    }
    return Double(right) / Double(max(1, examples.count * Self.repeats))
  }

  public func fit() -> Fit { Self.fit(examples) }

  /// Each round takes the chunk of each question that the round before thought the best.
  private static func fit(_ examples: [Example]) -> Fit {
    let examples = examples.filter { !$0.chunks.isEmpty }
    let width = examples.first?.chunks[0].count ?? 0
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

  private static func shuffled(_ count: Int, _ state: inout UInt64) -> [Int] {
    var order = Array(0..<count)
    for place in stride(from: count - 1, to: 0, by: -1) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      order.swapAt(place, Int((state >> 33) % UInt64(place + 1)))
    }
    return order
  }
}
