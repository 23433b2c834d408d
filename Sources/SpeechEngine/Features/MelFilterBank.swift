import Foundation

/// Triangular filters on the Slaney mel scale (linear below 1 kHz, logarithmic above) with Slaney's area normalisation,
/// as in librosa's `filters.mel` and Whisper's own table.
struct MelFilterBank {
  struct Filter {
    let firstBin: Int
    let weights: [Float]
  }
  let filters: [Filter]

  /// - Parameters:
  ///   - count: bands, 80 or 128 for Whisper.
  ///   - frameLength: samples of one frame; frameLength/2 + 1 bins reach from 0 Hz to half of `sampleRate`.
  init(count: Int, frameLength: Int, sampleRate: Int) {
    let highest = Self.mel(ofHertz: Double(sampleRate) / 2)
    let edges = (0..<count + 2).map { Self.hertz(ofMel: highest * Double($0) / Double(count + 1)) }
    let binWidth = Double(sampleRate) / Double(frameLength)
    filters = (0..<count).map { band in
      let (low, centre, high) = (edges[band], edges[band + 1], edges[band + 2])
      let bins = Int(low / binWidth)...min(Int(high / binWidth), frameLength / 2)
      let weights = bins.map { bin -> Float in
        let frequency = Double(bin) * binWidth
        let height = min((frequency - low) / (centre - low), (high - frequency) / (high - centre))
        return Float(max(0, height) * 2 / (high - low))
      }
      guard let first = weights.firstIndex(where: { $0 > 0 }), let last = weights.lastIndex(where: { $0 > 0 }) else {
        return Filter(firstBin: 0, weights: [0])
      }
      return Filter(firstBin: bins.lowerBound + first, weights: Array(weights[first...last]))
    }
  }

  private static let linearStep = 200.0 / 3
  private static let logStart = 1000.0
  private static let logStep = log(6.4) / 27

  private static func mel(ofHertz f: Double) -> Double {
    f < logStart ? f / linearStep : logStart / linearStep + log(f / logStart) / logStep
  }

  private static func hertz(ofMel m: Double) -> Double {
    let corner = logStart / linearStep
    return m < corner ? m * linearStep : logStart * exp(logStep * (m - corner))
  }
}
