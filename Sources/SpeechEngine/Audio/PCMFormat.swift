import Foundation

/// Interleaved samples as a WAV file holds them, little-endian.
struct PCMFormat: Equatable {
  static let pcm = 1
  static let float = 3
  static let extensible = 0xFFFE
  /// Full scale is 1; beyond this a float is no sample but noise in the file.
  static let loudest: Float = 10_000

  let tag: Int
  let channels: Int
  /// Hz.
  let rate: Int
  let bits: Int
  /// Bytes of one sample of all channels.
  var frameBytes: Int { channels * bits / 8 }
  /// Integers can't be out of range.
  var mayBeOutOfRange: Bool { tag == Self.float }

  var isSupported: Bool {
    let known = tag == Self.pcm ? [8, 16, 24, 32].contains(bits) : tag == Self.float && bits == 32
    return known && (1...64).contains(channels) && (1000...384_000).contains(rate)
  }

  func refusal(_ url: URL) -> AudioError {
    .unsupportedFormat(url, tag: tag, bits: bits, channels: channels, rate: rate)
  }

  /// Floats of one channel: the mean of all, or one of them.
  /// - Parameters:
  ///   - raw: `count` frames.
  ///   - channel: 0 for the first; nil: the mean.
  func decode(
    _ raw: UnsafeRawPointer, _ count: Int, channel: Int?, into output: UnsafeMutablePointer<Float>
  ) {
    switch (tag, bits) {
    case (Self.float, _): decode(raw, count, channel, output) { raw.loadUnaligned(fromByteOffset: $0, as: Float.self) }
    case (_, 8):
      decode(raw, count, channel, output) { (Float(raw.load(fromByteOffset: $0, as: UInt8.self)) - 128) / 128 }
    case (_, 16):
      decode(raw, count, channel, output) {
        Float(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Int16.self))) / 32768
      }
    case (_, 24): decode(raw, count, channel, output) { Float(Self.integer24(raw + $0)) / 8_388_608 }
    default:
      decode(raw, count, channel, output) {
        Float(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Int32.self))) / 2_147_483_648
      }
    }
  }

  @inline(__always)
  private func decode(
    _ raw: UnsafeRawPointer, _ count: Int, _ channel: Int?, _ output: UnsafeMutablePointer<Float>,
    _ value: (Int) -> Float
  ) {
    let (width, step) = (bits / 8, frameBytes)
    if channels == 1 || channel != nil {
      let first = (channel ?? 0) * width
      for frame in 0..<count { output[frame] = value(first + frame * step) }
      return
    }
    let share = 1 / Float(channels)
    for frame in 0..<count {
      var sum: Float = 0
      for channel in 0..<channels { sum += value(frame * step + channel * width) }
      output[frame] = sum * share
    }
  }

  private static func integer24(_ raw: UnsafeRawPointer) -> Int32 {
    Int32(raw.load(as: UInt8.self)) | Int32(raw.load(fromByteOffset: 1, as: UInt8.self)) << 8
      | Int32(raw.load(fromByteOffset: 2, as: Int8.self)) << 16
  }
}
