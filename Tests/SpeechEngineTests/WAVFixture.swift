import Foundation

/// Writes WAV files of every kind, good and bad.
struct WAVFixture {
  var tag = 1
  var channels = 1
  var rate = 16_000
  var bits = 16
  var payload = Data()
  /// What the header claims; nil: the truth.
  var riffSize: UInt32?
  var dataSize: UInt32?
  var extensible = false

  func data() -> Data {
    var body = Data("WAVEfmt ".utf8)
    body += little(UInt32(extensible ? 40 : 16)) + little(UInt16(extensible ? 0xFFFE : tag)) + little(UInt16(channels))
    body += little(UInt32(rate)) + little(UInt32(rate * channels * bits / 8)) + little(UInt16(channels * bits / 8))
    body += little(UInt16(bits))
    if extensible {
      body += little(UInt16(22)) + little(UInt16(bits)) + little(UInt32(0)) + little(UInt16(tag)) + Data(count: 14)
    }
    body += Data("data".utf8) + little(dataSize ?? UInt32(payload.count)) + payload
    return Data("RIFF".utf8) + little(riffSize ?? UInt32(body.count)) + body
  }

  private func little<T: FixedWidthInteger>(_ value: T) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }

  /// Samples in -1...1, interleaved, in this format.
  mutating func fill(_ samples: [Float]) {
    payload = Data()
    for sample in samples {
      switch (tag, bits) {
      case (3, _): payload += withUnsafeBytes(of: sample) { Data($0) }
      case (_, 8): payload.append(UInt8(max(0, min(255, (sample * 127 + 128).rounded()))))
      default:
        let value = Int32(Double(sample) * (Double(1 << (bits - 1)) - 1))
        payload += little(value).prefix(bits / 8)
      }
    }
  }

  func write(to folder: URL, _ name: String = "clip.wav") throws -> URL {
    let url = folder.appending(path: name)
    try data().write(to: url)
    return url
  }
}

/// A folder of its own that goes with the test.
final class ScratchFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "fieldos-engine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
