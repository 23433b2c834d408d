import CKernels
import Foundation

/// log10 of the mel energies of single frames: 400 samples under a periodic Hann window, power, Slaney mel bands, a floor of
/// 1e-10. Where the frames come from and what is done with the recording's maximum is for the callers.
struct LogMel: Sendable {
  static let frameLength = Int(CK_MEL_FRAME)
  static let hop = Int(CK_MEL_HOP)
  /// Frames that the kernels take together: fewer take as long.
  static let frameBlock = 16
  let bands: Int
  private let kernels: ck_kernels
  private let firstBins: Buffer<UInt16>
  private let binCounts: Buffer<UInt16>
  private let weights: Buffer<Double>

  init(bands: Int, _ kernels: ck_kernels) {
    self.bands = bands
    self.kernels = kernels
    let filters = MelFilterBank(count: bands, frameLength: Self.frameLength, sampleRate: AudioClip.sampleRate).filters
    firstBins = Buffer(filters.map { UInt16($0.firstBin) })
    binCounts = Buffer(filters.map { UInt16($0.weights.count) })
    weights = Buffer(filters.flatMap { $0.weights.map(Double.init) })
  }

  private static let window = FloatBuffer(
    (0..<frameLength).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(frameLength))) })

  /// Samples that so many frames cover.
  static func span(of frames: Int) -> Int { frames > 0 ? (frames - 1) * hop + frameLength : 0 }

  /// - Parameters:
  ///   - samples: `span(of: count)` of them; frame t begins at sample t * hop.
  ///   - output: band b of frame t goes to output[b * stride + t].
  /// - Returns: the largest value, -infinity for no frames.
  func frames(
    _ samples: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>, stride: Int
  ) -> Float {
    var mel = ck_mel(
      bands: bands, window: Self.window.base, first: firstBins.base, count: binCounts.base, weights: weights.base)
    return kernels.log_mel(&mel, count, samples, output, stride)
  }

  /// What the encoder gets of log10 values: (max(x, floor) + 4) / 4.
  func scale(
    _ values: UnsafePointer<Float>, count: Int, floor: Float, into output: UnsafeMutablePointer<Float>
  ) {
    kernels.mel_scale(count, values, floor, output)
  }
}
