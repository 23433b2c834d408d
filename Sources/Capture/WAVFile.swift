import Domain
import Foundation

/// What stands around the samples of a recording in a WAV file: 16 kHz, one channel, 16 bits. Source: Microsoft's
/// 'Multimedia Programming Interface 1.0', RIFF, and its LIST chunk INFO.
enum WAVFile {
  /// Bytes before the samples.
  static let headCount = 44

  /// Everything before `byteCount` bytes of samples.
  static func head(byteCount: Int) -> Data {
    var data = Data("RIFF".utf8)
    data.append(little: 36 + byteCount + tailCount, bytes: 4)
    data += Data("WAVEfmt ".utf8)
    for (value, bytes) in [
      (16, 4), (1, 2), (1, 2), (Recording.sampleRate, 4), (Recording.bytesPerSecond, 4), (2, 2), (16, 2),
    ] { data.append(little: value, bytes: bytes) }
    data += Data("data".utf8)
    data.append(little: byteCount, bytes: 4)
    return data
  }

  /// What follows the samples: the recording's identifier, so that two recordings of silence are not the same clip.
  static func tail(identifier: String) -> Data {
    var data = Data("LIST".utf8)
    data.append(little: tailCount - 8, bytes: 4)
    data += Data("INFOICMT".utf8)
    data.append(little: 34, bytes: 4)
    // Text of RIFF ends in a zero; a second one makes the count even.
    data += Data(identifier.utf8.prefix(32)) + Data(count: 34 - min(32, identifier.utf8.count))
    return data
  }

  private static let tailCount = 8 + 4 + 8 + 34
}

extension Data {
  fileprivate mutating func append(little value: Int, bytes: Int) {
    for shift in 0..<bytes { append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
  }

  /// The bytes that hex digits write; what is no digit counts as 0.
  init(hexDigits text: String) {
    let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue ?? 0 }
    self.init(stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
  }
}
