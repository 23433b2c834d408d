import CKernels
import Foundation

/// Log-probabilities from raw scores.
enum LogSoftmax {
  /// max + log Σ exp(x - max): what every score is lessened by.
  static func normaliser(of row: UnsafeMutableBufferPointer<Float>, _ kernels: ck_kernels) -> Float {
    guard let base = row.baseAddress else { return 0 }
    let largest = kernels.maximum(row.count, base)
    return largest.isFinite ? largest + log(kernels.exp_sum(row.count, base, largest)) : 0
  }

  /// x - max - log Σ exp(x - max), in place.
  static func apply(to row: UnsafeMutableBufferPointer<Float>, _ kernels: ck_kernels) {
    let shift = normaliser(of: row, kernels)
    for index in row.indices { row[index] -= shift }
  }

  /// The probability of one entry.
  static func probability(
    of index: Int, in logits: UnsafeMutableBufferPointer<Float>, _ kernels: ck_kernels
  ) -> Float {
    exp(logits[index] - normaliser(of: logits, kernels))
  }

  static func probability(of index: Int, in logits: [Float], _ kernels: ck_kernels) -> Float {
    var copy = logits
    return copy.withUnsafeMutableBufferPointer { probability(of: index, in: $0, kernels) }
  }
}
