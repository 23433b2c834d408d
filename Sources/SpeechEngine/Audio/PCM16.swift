public import Foundation

/// Samples of 16 bits, little-endian, one channel: how sound goes from process to process.
public enum PCM16 {
  /// From -1 to 1. A last byte without its other half is left out.
  public static func samples(_ bytes: Data) -> [Float] {
    let format = PCMFormat(tag: PCMFormat.pcm, channels: 1, rate: AudioClip.sampleRate, bits: 16)
    let count = bytes.count / 2
    return bytes.withUnsafeBytes { raw in
      [Float](unsafeUninitializedCapacity: count) { samples, filled in
        guard let from = raw.baseAddress, let to = samples.baseAddress else { return }
        format.decode(from, count, channel: nil, into: to)
        filled = count
      }
    }
  }
}
