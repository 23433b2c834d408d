import Foundation

enum LogSoftmax {
  /// x - max - log Σ exp(x - max), in place.
  static func apply(to row: UnsafeMutableBufferPointer<Float>) {
    let shift = normaliser(of: row)
    for index in row.indices { row[index] -= shift }
  }

  /// max + log Σ exp(x - max).
  private static func normaliser(of row: UnsafeMutableBufferPointer<Float>) -> Float {
    var largest = -Float.infinity
    for value in row where value > largest { largest = value }
    guard largest.isFinite else { return 0 }
    var sum: Float = 0
    for value in row where value >= largest - 90 { sum += exp(value - largest) }
    return largest + log(sum)
  }

  /// The probability of one entry.
  static func probability(of index: Int, in logits: UnsafeMutableBufferPointer<Float>) -> Float {
    exp(logits[index] - normaliser(of: logits))
  }

  static func probability(of index: Int, in logits: [Float]) -> Float {
    var copy = logits
    return copy.withUnsafeMutableBufferPointer { probability(of: index, in: $0) }
  }
}
