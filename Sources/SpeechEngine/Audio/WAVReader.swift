import Foundation

/// A recording as it lies in a WAV file, mixed to one channel.
struct WAVContents {
  let samples: [Float]
  let sampleRate: Int
  let missingBytes: Int
}

/// Reads RIFF/WAVE: PCM of 8, 16, 24 and 32 bits and 32-bit float, any rate from 1 to 384 kHz and up to 64 channels
/// (mixed by their mean), also as WAVE_FORMAT_EXTENSIBLE. Source: Microsoft's 'Multimedia Programming Interface 1.0'.
///
/// A recorder that was killed leaves sizes of 0 or 0xFFFFFFFF in the header; then the data reaches to the end of file.
struct WAVReader {
  /// A header that promises more than there is: use what is there instead of throwing `AudioError.truncated`.
  var allowTruncated = false
  var maximumSeconds = Double.infinity
  /// Full scale is 1; beyond this a float is no sample but noise in the file.
  private static let loudest: Float = 10_000
  private static let formatPCM = 1
  private static let formatFloat = 3
  private static let formatExtensible = 0xFFFE

  struct Format {
    let tag: Int
    let channels: Int
    let rate: Int
    let bits: Int
    var frameBytes: Int { channels * bits / 8 }

    var isSupported: Bool {
      let known =
        tag == WAVReader.formatPCM ? [8, 16, 24, 32].contains(bits) : tag == WAVReader.formatFloat && bits == 32
      return known && (1...64).contains(channels) && (1000...384_000).contains(rate)
    }
  }

  func read(_ bytes: Data, from url: URL) throws(AudioError) -> WAVContents {
    guard !bytes.isEmpty else { throw .empty(url) }
    guard bytes.count >= 12, text(bytes, 0) == "RIFF", text(bytes, 8) == "WAVE" else { throw .notWAV(url) }
    let (format, data, missing) = try chunks(of: bytes, url)
    guard format.isSupported else {
      throw .unsupportedFormat(
        url, tag: format.tag, bits: format.bits, channels: format.channels, rate: format.rate)
    }
    let frames = data.count / format.frameBytes
    guard frames > 0 else { throw .noSamples(url) }
    let seconds = Double(frames) / Double(format.rate)
    guard seconds <= maximumSeconds else { throw .tooLong(url, seconds: seconds, limit: maximumSeconds) }
    let samples = mix(bytes, data.lowerBound, frames: frames, format)
    let bad = samples.reduce(0) { abs($1) <= Self.loudest ? $0 : $0 + 1 }
    guard bad == 0 else { throw .notFinite(url, count: bad) }
    return WAVContents(samples: samples, sampleRate: format.rate, missingBytes: missing)
  }

  private func chunks(of bytes: Data, _ url: URL) throws(AudioError) -> (Format, Range<Int>, missing: Int) {
    var format: Format?
    var at = 12
    while at + 8 <= bytes.count {
      let name = text(bytes, at)
      let size = integer(bytes, at + 4, 4)
      let body = at + 8
      if name == "fmt ", body + 16 <= bytes.count { format = readFormat(bytes, body, size: size) }
      if name == "data" {
        guard let format else { throw .noFormatChunk(url) }
        let range = try dataRange(announced: size, from: body, of: bytes.count, url)
        return (format, range, Self.wasClosed(size) ? max(0, size - range.count) : 0)
      }
      at = body + size + size % 2
    }
    throw at > bytes.count ? .truncated(url, missingBytes: at - bytes.count) : .noSamples(url)
  }

  /// A recorder that was killed leaves 0 or the largest size.
  private static func wasClosed(_ announced: Int) -> Bool { announced != 0 && announced < 0x7FFF_FFFF }

  private func dataRange(announced: Int, from body: Int, of total: Int, _ url: URL) throws(AudioError) -> Range<Int> {
    let present = total - body
    let wasClosed = Self.wasClosed(announced)
    if announced > present, wasClosed, !allowTruncated {
      throw .truncated(url, missingBytes: announced - present)
    }
    return body..<body + (wasClosed ? min(announced, present) : present)
  }

  private func readFormat(_ bytes: Data, _ body: Int, size: Int) -> Format {
    var tag = integer(bytes, body, 2)
    if tag == Self.formatExtensible, size >= 26, body + 26 <= bytes.count { tag = integer(bytes, body + 24, 2) }
    return Format(
      tag: tag, channels: integer(bytes, body + 2, 2), rate: integer(bytes, body + 4, 4),
      bits: integer(bytes, body + 14, 2))
  }

  private func mix(_ bytes: Data, _ start: Int, frames: Int, _ format: Format) -> [Float] {
    let width = format.bits / 8
    let share = 1 / Float(format.channels)
    return bytes.withUnsafeBytes { raw in
      (0..<frames).map { frame in
        let at = start + frame * format.frameBytes
        if format.channels == 1 { return value(raw, at, format) }
        return (0..<format.channels).reduce(Float(0)) { $0 + value(raw, at + $1 * width, format) } * share
      }
    }
  }

  private func value(_ raw: UnsafeRawBufferPointer, _ at: Int, _ format: Format) -> Float {
    switch (format.tag, format.bits) {
    case (Self.formatFloat, _): raw.loadUnaligned(fromByteOffset: at, as: Float.self)
    case (_, 8): (Float(raw[at]) - 128) / 128
    case (_, 16): Float(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: Int16.self))) / 32768
    case (_, 24):
      Float(Int32(raw[at]) | Int32(raw[at + 1]) << 8 | Int32(Int8(bitPattern: raw[at + 2])) << 16) / 8_388_608
    default: Float(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: Int32.self))) / 2_147_483_648
    }
  }

  private func text(_ bytes: Data, _ at: Int) -> String {
    String(decoding: bytes[bytes.startIndex + at..<bytes.startIndex + at + 4], as: UTF8.self)
  }

  private func integer(_ bytes: Data, _ at: Int, _ width: Int) -> Int {
    (0..<width).reduce(0) { $0 | Int(bytes[bytes.startIndex + at + $1]) << (8 * $1) }
  }
}
