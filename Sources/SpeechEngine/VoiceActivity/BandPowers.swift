import Foundation

/// Powers of frequency bands, window by window of 512 samples.
struct BandPowers {
  /// Borders of the bands, in bins of 31.25 Hz: 94, 312, 625, 1000, 1500, 2250, 3375, 5000 and 7500 Hz.
  private static let borders = [3, 10, 20, 32, 48, 72, 108, 160, 240]
  static var bands: Int { borders.count - 1 }

  private let transform = RealFourierTransform(length: SpeechWindow.length)
  private let hann = (0..<SpeechWindow.length).map {
    Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(SpeechWindow.length)))
  }
  private var pending: [Float] = []
  private var power = [Float](repeating: 0, count: SpeechWindow.length / 2 + 1)

  /// - Returns: the powers of each window that is full now, 1 for full scale.
  mutating func append(_ samples: UnsafeBufferPointer<Float>) -> [[Float]] {
    var windows: [[Float]] = []
    for sample in samples {
      pending.append(sample)
      if pending.count == SpeechWindow.length { windows.append(judge()) }
    }
    return windows
  }

  /// The last window, filled up with zeros.
  mutating func finish() -> [Float] {
    pending += [Float](repeating: 0, count: SpeechWindow.length - pending.count)
    return judge()
  }

  private mutating func judge() -> [Float] {
    for index in pending.indices { pending[index] *= hann[index] }
    pending.withUnsafeBufferPointer { frame in
      power.withUnsafeMutableBufferPointer { spectrum in
        if let from = frame.baseAddress, let to = spectrum.baseAddress { transform.power(of: from, into: to) }
      }
    }
    pending.removeAll(keepingCapacity: true)
    // A full-scale sine has 0 dB: this side of its Hann-windowed spectrum sums to length² · 3/32.
    let fullScale = Float(SpeechWindow.length * SpeechWindow.length) * 3 / 32
    return zip(Self.borders, Self.borders.dropFirst()).map { low, high in
      power[low..<high].reduce(0, +) / fullScale
    }
  }
}
