import Foundation

/// Changes the sample rate by a ratio of whole numbers with a windowed-sinc filter bank: 32 zero crossings a side,
/// Kaiser window with beta 10 (about 100 dB stop band), pass band to 0.94 of the lower Nyquist frequency.
///
/// Output k lies at input k * from / to; the filter is centred, so nothing is delayed. Any stretch of the output can be had
/// alone, with the same bits as within the whole.
struct Resampler: Sendable {
  private let up: Int
  private let down: Int
  private let halfTaps: Int
  private let cutoff: Double
  private let filters: [Float]  // [up, 2 * halfTaps]: one phase a row; empty where each row is made when it is used

  /// Most numbers of a filter bank that is made at once. Usual rates need up to 45 000; the bank of 383 999 Hz would take
  /// 100 MB and seconds, whether one sample is read or a million.
  private static let largestBank = 1 << 16

  init(from: Int, to: Int) {
    let divisor = Self.greatestCommonDivisor(from, to)
    up = to / divisor
    down = from / divisor
    cutoff = 0.94 * min(1, Double(to) / Double(from))
    halfTaps = up == down ? 0 : Int((32 / cutoff).rounded(.up))
    let isSmall = up != down && up * 2 * halfTaps <= Self.largestBank
    filters = isSmall ? Self.filterBank(phases: up, halfTaps: halfTaps, cutoff: cutoff) : []
  }

  /// Length of the output: ceil(count * to / from).
  func outputCount(for inputCount: Int) -> Int { (inputCount * up + down - 1) / down }

  /// Outputs that about so many input samples give.
  func outputs(for inputCount: Int) -> Int { inputCount * up / down }

  /// Bound of `input(for:).count` for a number of outputs.
  func mostInput(for outputs: Int) -> Int { outputs * down / up + 2 + 2 * halfTaps }

  /// The input samples that some outputs are made of. It may reach beyond either end of the input, which counts as 0 there.
  func input(for outputs: Range<Int>) -> Range<Int> {
    if up == down { return outputs }
    return outputs.lowerBound * down / up - halfTaps + 1..<(outputs.upperBound - 1) * down / up + halfTaps + 1
  }

  /// - Parameters:
  ///   - outputs: not empty.
  ///   - input: the samples `input(for: outputs)`.
  ///   - target: room for the outputs.
  func resample(_ outputs: Range<Int>, from input: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    if up == down { return target.update(from: input, count: outputs.count) }
    let support = self.input(for: outputs)
    if filters.isEmpty { return resampleByRow(outputs, from: input, startingAt: support.lowerBound, into: target) }
    let columns = DeinterleavedInput(input, count: support.count, step: down)
    for phase in 0..<min(up, outputs.count) {
      // Outputs that lie `up` apart share a filter, and their inputs lie `down` apart.
      let position = (outputs.lowerBound + phase) * down
      filters.withUnsafeBufferPointer { filters in
        guard let filter = filters.baseAddress else { return }
        columns.convolve(
          filter + position % up * 2 * halfTaps, taps: 2 * halfTaps,
          from: position / up - halfTaps + 1 - support.lowerBound, count: (outputs.count - phase + up - 1) / up,
          into: target + phase, spacing: up)
      }
    }
  }

  /// For odd ratios: a row for each phase that is used, and no columns, of which there would be as many as `down`.
  private func resampleByRow(
    _ outputs: Range<Int>, from input: UnsafePointer<Float>, startingAt first: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let row = WindowedSinc(halfTaps: halfTaps, cutoff: cutoff)
    for phase in 0..<min(up, outputs.count) {
      let position = (outputs.lowerBound + phase) * down
      row.fill(offset: Double(position % up) / Double(up))
      var start = position / up - halfTaps + 1 - first
      for output in stride(from: phase, to: outputs.count, by: up) {
        target[output] = row.dot(input + start)
        start += down
      }
    }
  }

  private static func filterBank(phases: Int, halfTaps: Int, cutoff: Double) -> [Float] {
    let taps = 2 * halfTaps
    return (0..<phases).flatMap { phase in
      let offset = Double(phase) / Double(phases)
      let row = (0..<taps).map { tap in
        let x = Double(tap - halfTaps + 1) - offset
        return cutoff * sinc(cutoff * x) * kaiser(x / Double(halfTaps))
      }
      let gain = row.reduce(0, +)
      return row.map { Float($0 / gain) }
    }
  }

  private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }

  private static let beta = 10.0
  private static let windowPeak = besselI0(beta)

  static func kaiser(_ x: Double) -> Double {
    abs(x) > 1 ? 0 : besselI0(beta * (1 - x * x).squareRoot()) / windowPeak
  }

  /// The modified Bessel function of order 0, by its power series.
  private static func besselI0(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var k = 1.0
    while term > sum * 1e-17 {
      term *= (x / (2 * k)) * (x / (2 * k))
      sum += term
      k += 1
    }
    return sum
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}

/// Samples sorted into `step` columns, so that those that lie `step` apart are neighbours and fill a vector.
private struct DeinterleavedInput {
  typealias Lanes = SIMD16<Float>
  private let step: Int
  private let rows: Int
  private let values: FloatBuffer  // [step, rows]

  init(_ input: UnsafePointer<Float>, count: Int, step: Int) {
    self.step = step
    // Vectors may reach beyond the last row; those lanes are thrown away.
    rows = count / step + 1 + Lanes.scalarCount
    values = FloatBuffer(count: step * rows)
    for row in 0...count / step {
      for column in 0..<min(step, count - row * step) { values.base[column * rows + row] = input[row * step + column] }
    }
  }

  /// Writes `count` sums of `taps` products, each in the order of the taps, `spacing` apart; the first begins at input
  /// `start`, the next ones each `step` later.
  func convolve(
    _ filter: UnsafePointer<Float>, taps: Int, from start: Int, count: Int, into target: UnsafeMutablePointer<Float>,
    spacing: Int
  ) {
    for first in stride(from: 0, to: count, by: Lanes.scalarCount) {
      var sum = Lanes.zero
      var (row, column) = (start / step + first, start % step)
      for tap in 0..<taps {
        sum += filter[tap] * UnsafeRawPointer(values.base + column * rows + row).loadUnaligned(as: Lanes.self)
        column += 1
        if column == step { (row, column) = (row + 1, 0) }
      }
      for lane in 0..<min(Lanes.scalarCount, count - first) { target[(first + lane) * spacing] = sum[lane] }
    }
  }
}
