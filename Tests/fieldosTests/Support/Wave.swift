import Foundation

/// Mono samples, and the WAV files that can be made of them.
struct Wave: Sendable {
  /// How a sample is stored.
  enum Encoding: String, Sendable, CaseIterable {
    case pcm8, pcm16, pcm24, pcm32, float32

    var bytes: Int {
      switch self {
      case .pcm8: 1
      case .pcm16: 2
      case .pcm24: 3
      case .pcm32, .float32: 4
      }
    }
  }

  /// -1 up to 1.
  var samples: [Float]
  var rate = 16_000
  var channels = 1

  /// A fixture's samples (mono, 16-bit, 16 kHz, header of 44 bytes).
  init(clip name: String) throws {
    let body = try Data(contentsOf: Repository.clip(name)).dropFirst(44)
    let low = stride(from: body.startIndex, to: body.endIndex - 1, by: 2)
    samples = low.map { Float(Int16(bitPattern: UInt16(body[$0]) | UInt16(body[$0 + 1]) << 8)) / 32_768 }
  }

  init(samples: [Float]) { self.samples = samples }

  /// Linear interpolation, naive on purpose.
  func resampled(to rate: Int) -> Wave {
    let step = Double(self.rate) / Double(rate)
    var result = self
    result.rate = rate
    result.samples = (0..<Int(Double(samples.count - 1) / step)).map { index in
      let place = Double(index) * step
      let left = Int(place)
      let share = Float(place - Double(left))
      return samples[left] * (1 - share) + samples[min(left + 1, samples.count - 1)] * share
    }
    return result
  }

  /// The same samples again and again, at least `seconds` of them.
  func repeated(toSeconds seconds: Int) -> Wave {
    var result = self
    while result.samples.count < seconds * rate { result.samples += samples }
    return result
  }

  func file(as encoding: Encoding = .pcm16) -> Data {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(samples.count * channels * encoding.bytes)
    for sample in samples {
      let value = Self.bytes(sample, encoding)
      for _ in 0..<channels { bytes += value }
    }
    return header(encoding, dataBytes: bytes.count) + bytes
  }

  private func header(_ encoding: Encoding, dataBytes: Int) -> Data {
    let frame = encoding.bytes * channels
    var header = Data("RIFF".utf8) + Self.little(UInt32(36 + dataBytes)) + Data("WAVEfmt ".utf8)
    header += Self.little(UInt32(16)) + Self.little(UInt16(encoding == .float32 ? 3 : 1))
    header += Self.little(UInt16(channels)) + Self.little(UInt32(rate)) + Self.little(UInt32(rate * frame))
    header += Self.little(UInt16(frame)) + Self.little(UInt16(encoding.bytes * 8))
    return header + Data("data".utf8) + Self.little(UInt32(dataBytes))
  }

  private static func bytes(_ sample: Float, _ encoding: Encoding) -> [UInt8] {
    let clamped = Double(max(-1, min(1, sample)))
    switch encoding {
    case .pcm8: return [UInt8(clamped * 127 + 128)]
    case .pcm16: return little(Int16(clamped * 32_767))
    case .pcm24: return Array(little(Int32(clamped * 8_388_607)).prefix(3))
    case .pcm32: return little(Int32(clamped * 2_147_483_647))
    case .float32: return little(sample.bitPattern)
    }
  }

  static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
