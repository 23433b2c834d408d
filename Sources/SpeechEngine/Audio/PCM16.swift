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

  /// The nearest value, 0 for what is no number.
  public static func value(_ sample: Float) -> Int16 {
    sample.isFinite ? Int16(max(-32_768, min(32_767, (sample * 32_768).rounded()))) : 0
  }

  public static func bytes(_ samples: [Float]) -> Data {
    var data = Data(capacity: samples.count * 2)
    for sample in samples { withUnsafeBytes(of: value(sample).littleEndian) { data.append(contentsOf: $0) } }
    return data
  }

  /// What stands before samples at 16 kHz in a WAV file.
  /// - Parameter count: of the samples, fewer than 2^31.
  public static func wavHead(count: Int) -> Data {
    var data = Data("RIFF".utf8)
    func append(_ value: Int, _ bytes: Int) {
      for shift in 0..<bytes { data.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
    }
    append(36 + count * 2, 4)
    data += Data("WAVEfmt ".utf8)
    let rate = AudioClip.sampleRate
    for (value, bytes) in [(16, 4), (PCMFormat.pcm, 2), (1, 2), (rate, 4), (rate * 2, 4), (2, 2), (16, 2)] {
      append(value, bytes)
    }
    data += Data("data".utf8)
    append(count * 2, 4)
    return data
  }
}
