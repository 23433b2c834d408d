import Foundation

/// Where the samples of a RIFF/WAVE file lie and what they are: PCM of 8, 16, 24 and 32 bits and 32-bit float, any rate from
/// 1 to 384 kHz and up to 64 channels, also as WAVE_FORMAT_EXTENSIBLE, and RF64 and BW64 beyond 4 GiB. Sources: Microsoft's
/// 'Multimedia Programming Interface 1.0', EBU Tech 3306, ITU-R BS.2088.
///
/// A recorder that was killed leaves sizes of 0 or 0xFFFFFFFF in the header; then the data reaches to the end of file.
struct WAVHeader {
  let format: PCMFormat
  /// Bytes of the file that hold samples.
  let data: Range<Int>
  /// Bytes that the header promises and the file lacks.
  let missingBytes: Int

  /// More chunks before the samples than this are no recording's.
  private static let maximumChunks = 4096
  /// What recorders write before they know the size, and where it stands elsewhere.
  private static let unknownSizes = [0x7FFF_FFFF, 0xFFFF_FFFF]

  /// - Parameter allowTruncated: use what is there when the header promises more, instead of throwing `truncated`.
  init(of file: OpenFile, allowTruncated: Bool) throws(AudioError) {
    guard file.size > 0 else { throw .empty(file.url) }
    let start = ByteFields(try file.bytes(at: 0, upTo: 12))
    guard ["RIFF", "RF64", "BW64"].contains(start.text(0)), start.text(8) == "WAVE" else { throw .notWAV(file.url) }
    var format: PCMFormat?
    var wideSize: Int?
    var at = 12
    for _ in 0..<Self.maximumChunks where at + 8 <= file.size {
      let head = ByteFields(try file.bytes(at: at, upTo: 8 + 40))
      let size = head.integer(4, 4)
      switch head.text(0) {
      case "fmt " where head.count >= 8 + 16: format = Self.format(head, size: size)
      case "ds64" where start.text(0) != "RIFF": wideSize = head.integer(16, 8)
      case "data":
        guard let format else { throw .noFormatChunk(file.url) }
        guard format.isSupported else { throw format.refusal(file.url) }
        self.format = format
        let announced = Self.unknownSizes.contains(size) ? wideSize ?? 0 : size
        let present = file.size - at - 8
        missingBytes = Self.isKnown(announced, isWide: wideSize != nil) ? max(0, announced - present) : 0
        guard missingBytes == 0 || allowTruncated else { throw .truncated(file.url, missingBytes: missingBytes) }
        data = at + 8..<at + 8 + (announced > 0 ? min(announced, present) : present)
        return
      default: break
      }
      at += 8 + size + size % 2
    }
    if at + 8 <= file.size { throw .noFormatChunk(file.url) }
    throw at > file.size ? .truncated(file.url, missingBytes: at - file.size) : .noSamples(file.url)
  }

  /// A size from 2 GiB on that the file does not bear out is one that a killed recorder left.
  private static func isKnown(_ announced: Int, isWide: Bool) -> Bool {
    announced != 0 && announced < (isWide ? 1 << 48 : 0x7FFF_FFFF)
  }

  private static func format(_ chunk: ByteFields, size: Int) -> PCMFormat {
    var tag = chunk.integer(8, 2)
    if tag == PCMFormat.extensible, size >= 26, chunk.count >= 8 + 26 { tag = chunk.integer(8 + 24, 2) }
    return PCMFormat(
      tag: tag, channels: chunk.integer(10, 2), rate: chunk.integer(12, 4), bits: chunk.integer(22, 2))
  }
}

/// Little-endian fields of a few bytes; what lies beyond them is 0.
struct ByteFields {
  private let bytes: [UInt8]
  var count: Int { bytes.count }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func text(_ at: Int) -> String { String(decoding: bytes.dropFirst(at).prefix(4), as: UTF8.self) }

  func integer(_ at: Int, _ width: Int) -> Int {
    Int(clamping: (0..<width).reduce(UInt64(0)) { $0 | UInt64(at + $1 < count ? bytes[at + $1] : 0) << (8 * $1) })
  }
}
