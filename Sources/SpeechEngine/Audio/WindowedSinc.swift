import Foundation

/// One row of a resampler's filter bank, made fast enough to be made again for each phase: the window comes from a table,
/// the sines from rotating a vector. Rows differ from the bank's own by less than 1e-6 of full scale.
final class WindowedSinc {
  private let halfTaps: Int
  private let cutoff: Double
  private let taps: FloatBuffer
  private var row: [Double]

  /// The Kaiser window (beta 10) from its middle to its end. Linear interpolation is off by less than 2e-7.
  private static let window = (0...4097).map { Resampler.kaiser(min(1, Double($0) / 4096)) }

  init(halfTaps: Int, cutoff: Double) {
    self.halfTaps = halfTaps
    self.cutoff = cutoff
    taps = FloatBuffer(count: 2 * halfTaps)
    row = Array(repeating: 0, count: 2 * halfTaps)
  }

  /// - Parameter offset: where the output lies behind an input sample, 0..<1.
  func fill(offset: Double) {
    let start = Double(1 - halfTaps) - offset
    let step = (sin: sin(.pi * cutoff), cos: cos(.pi * cutoff))
    var angle = (sin: sin(.pi * cutoff * start), cos: cos(.pi * cutoff * start))
    var gain = 0.0
    for tap in row.indices {
      let x = start + Double(tap)
      let sinc = abs(x) < 1e-9 ? cutoff : angle.sin / (.pi * x)
      row[tap] = sinc * Self.window(abs(x) / Double(halfTaps))
      gain += row[tap]
      angle = (angle.sin * step.cos + angle.cos * step.sin, angle.cos * step.cos - angle.sin * step.sin)
    }
    for tap in row.indices { taps.base[tap] = Float(row[tap] / gain) }
  }

  private static func window(_ x: Double) -> Double {
    let place = min(x, 1) * 4096
    let index = Int(place)
    return window[index] + (window[index + 1] - window[index]) * (place - Double(index))
  }

  /// The sum of the taps' products with as many samples.
  func dot(_ input: UnsafePointer<Float>) -> Float {
    typealias Lanes = SIMD8<Float>
    var (sum, tap) = (Lanes.zero, 0)
    while tap + Lanes.scalarCount <= 2 * halfTaps {
      let samples = UnsafeRawPointer(input + tap).loadUnaligned(as: Lanes.self)
      sum += samples * UnsafeRawPointer(taps.base + tap).loadUnaligned(as: Lanes.self)
      tap += Lanes.scalarCount
    }
    var total = sum.sum()
    for rest in tap..<2 * halfTaps { total += input[rest] * taps.base[rest] }
    return total
  }
}
