import Foundation

/// Changes the sample rate by a ratio of whole numbers with a windowed-sinc filter bank: 32 zero crossings a side,
/// Kaiser window with beta 10 (about 100 dB stop band), pass band to 0.94 of the lower Nyquist frequency.
///
/// Length: ceil(count * to / from). Delay: none, the filter is centred.
struct Resampler {
  private let up: Int
  private let down: Int
  private let halfTaps: Int
  private let filters: [Float]  // [up, 2 * halfTaps]: one phase a row

  init(from: Int, to: Int) {
    let divisor = Self.greatestCommonDivisor(from, to)
    up = to / divisor
    down = from / divisor
    let cutoff = 0.94 * min(1, Double(to) / Double(from))
    halfTaps = Int((32 / cutoff).rounded(.up))
    filters = Self.filterBank(phases: up, halfTaps: halfTaps, cutoff: cutoff)
  }

  func resample(_ input: [Float]) -> [Float] {
    if up == down { return input }
    let outputCount = (input.count * up + down - 1) / down
    let taps = 2 * halfTaps
    return (0..<outputCount).map { index in
      let position = index * down
      let first = position / up - halfTaps + 1
      let row = position % up * taps
      var sum: Float = 0
      for tap in max(0, -first)..<max(max(0, -first), min(taps, input.count - first)) {
        sum += filters[row + tap] * input[first + tap]
      }
      return sum
    }
  }

  private static func filterBank(phases: Int, halfTaps: Int, cutoff: Double) -> [Float] {
    let taps = 2 * halfTaps
    return (0..<phases).flatMap { phase in
      let offset = Double(phase) / Double(phases)
      let row = (0..<taps).map { tap in
        let x = Double(tap - halfTaps + 1) - offset
        return cutoff * sinc(cutoff * x) * kaiser(x / Double(halfTaps), beta: 10)
      }
      let gain = row.reduce(0, +)
      return row.map { Float($0 / gain) }
    }
  }

  private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }

  private static func kaiser(_ x: Double, beta: Double) -> Double {
    abs(x) > 1 ? 0 : besselI0(beta * (1 - x * x).squareRoot()) / besselI0(beta)
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
