import Foundation
import SpeechEngine
import Testing

@Suite("Reading recordings in pieces")
struct AudioFileTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  static func noise(_ count: Int, seed: UInt64 = 1) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23) * 0.9
    }
  }

  static func wav(_ channels: [[Float]], rate: Int = 16_000, tag: Int = 1, bits: Int = 16) -> WAVFixture {
    var wav = WAVFixture(tag: tag, channels: channels.count, rate: rate, bits: bits)
    wav.fill((0..<channels[0].count).flatMap { frame in channels.map { $0[frame] } })
    return wav
  }

  static let rates = [8_000, 11_025, 16_000, 22_050, 44_100, 44_101, 48_000, 96_000]

  @Test("every stretch has the bits that it has in the whole", arguments: rates, [1, 2, 3, 8])
  func stretches(rate: Int, channels: Int) throws {
    for (tag, bits) in [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32)] {
      let sound = (0..<channels).map { Self.noise(rate / 4 + 37, seed: UInt64($0 + bits)) }
      let url = try Self.wav(sound, rate: rate, tag: tag, bits: bits).write(to: folder.url)
      let file = try AudioFile(contentsOf: url, ffmpeg: nil)
      let whole = try file.samples()
      #expect(file.count == (sound[0].count * 16_000 + rate - 1) / rate && file.channels == channels)
      #expect(try AudioClip(contentsOf: url).samples == whole)
      #expect(whole.contains { abs($0) > 0.1 })
      let count = file.count
      var stretches = [0..<1, 1..<2, count - 1..<count, count - 300..<count, 17..<1801, 0..<0, 0..<count - 1]
      stretches += stride(from: 3, to: count - 400, by: 391).map { $0..<$0 + 161 }
      for stretch in stretches {
        #expect(try file.samples(stretch) == Array(whole[stretch]), "\(bits) bits, \(stretch)")
      }
    }
  }

  @Test("a chosen channel is read as if it were alone", arguments: [16_000, 44_100])
  func channels(rate: Int) throws {
    let sound = (0..<3).map { Self.noise(5_000, seed: UInt64($0)) }
    let url = try Self.wav(sound, rate: rate).write(to: folder.url)
    for channel in 1...3 {
      let alone = try Self.wav([sound[channel - 1]], rate: rate).write(to: folder.url, "alone.wav")
      #expect(
        try AudioFile(contentsOf: url, channel: channel).samples() == AudioFile(contentsOf: alone).samples())
    }
    for channel in [-1, 0, 4] {
      let error = AudioError.noSuchChannel(url, channel: channel, channels: 3)
      #expect(throws: error) { try AudioFile(contentsOf: url, channel: channel) }
      #expect(error.message.contains("it has 3"))
    }
  }

  @Test("a recording that is deleted while it is read stays readable") func deleted() throws {
    let url = try Self.wav([Self.noise(50_000)], rate: 48_000).write(to: folder.url)
    let whole = try AudioClip(contentsOf: url).samples
    let file = try AudioFile(contentsOf: url)
    try FileManager.default.removeItem(at: url)
    #expect(try file.samples() == whole)
  }

  @Test("a recording that becomes shorter while it is read throws") func shortened() throws {
    let url = try Self.wav([Self.noise(50_000)]).write(to: folder.url)
    let file = try AudioFile(contentsOf: url)
    try FileHandle(forWritingTo: url).truncate(atOffset: 60_000)
    #expect(try file.samples(0..<29_000).count == 29_000)
    #expect(throws: AudioError.unreadable(url, reason: "it became shorter while it was read")) { try file.samples() }
  }

  @Test("a value that is no number is found at the end of a long file") func lateNaN() throws {
    var wav = WAVFixture(tag: 3, bits: 32)
    wav.payload = Data(count: 4 * 16_000 * 200)
    wav.payload.replaceSubrange(wav.payload.count - 4..<wav.payload.count, with: [0, 0, 0xC0, 0x7F])
    let url = try wav.write(to: folder.url)
    #expect(throws: AudioError.notFinite(url, count: 1)) { try AudioFile(contentsOf: url) }
  }

  /// A file with `payload` zero bytes of 48 kHz stereo, 32 bits, in no room on the disk.
  private func sparse(_ header: Data, payload: Int, tail: Data = Data()) throws -> URL {
    let url = folder.url.appending(path: "sparse.wav")
    try header.write(to: url)
    let handle = try FileHandle(forWritingTo: url)
    try handle.truncate(atOffset: UInt64(header.count + payload))
    try handle.seekToEnd()
    try handle.write(contentsOf: tail)
    return url
  }

  @Test("a size between 2 and 4 GiB is believed when the file is that large") func large() throws {
    let payload = 0x9000_0000
    let header = WAVFixture(channels: 2, rate: 48_000, bits: 32, dataSize: UInt32(payload)).data()
    let file = try AudioFile(contentsOf: sparse(header, payload: payload, tail: Data("LIST\u{4}\0\0\0abcd".utf8)))
    #expect(file.count == payload / 8 / 3 && file.missingBytes == 0)
    #expect(try file.samples(file.count - 10..<file.count) == [Float](repeating: 0, count: 10))
  }

  @Test("RF64 takes the size from its own chunk", arguments: ["RF64", "BW64"]) func wide(magic: String) throws {
    let payload = 0x1_2000_0000
    var header = WAVFixture(channels: 2, rate: 48_000, bits: 32, riffSize: .max, dataSize: .max).data()
    let sizes = [UInt64(payload + 100), UInt64(payload), 0].map { withUnsafeBytes(of: $0.littleEndian) { Data($0) } }
    header.replaceSubrange(0..<4, with: Data(magic.utf8))
    header.insert(contentsOf: Data("ds64".utf8) + [28, 0, 0, 0] + sizes.reduce(Data(), +) + Data(count: 4), at: 12)
    let url = try sparse(header, payload: payload, tail: Data(count: 80))
    #expect(try AudioFile(contentsOf: url).count == payload / 8 / 3)
    #expect(throws: AudioError.truncated(url, missingBytes: payload - 1000)) {
      try AudioFile(contentsOf: sparse(header, payload: 1000))
    }
    #expect(try AudioFile(contentsOf: url, allowTruncated: true).missingBytes == payload - 1000)
  }

  @Test("a recording of five hours is refused without being read") func tooLong() throws {
    let payload = 5 * 3600 * 384_000
    let header = WAVFixture(channels: 2, rate: 48_000, bits: 32, dataSize: .max).data()
    let url = try sparse(header, payload: payload)
    #expect(throws: AudioError.tooLong(url, seconds: 18_000, limit: 14_400)) { try AudioFile(contentsOf: url) }
  }

  @Test("a file of nothing but chunks ends the search for samples") func chunks() throws {
    let chunk = Data("JUNK\0\0\0\0".utf8)
    let bytes = Data("RIFF\0\0\0\0WAVE".utf8) + (0..<200_000).reduce(into: Data()) { all, _ in all += chunk }
    let url = folder.url.appending(path: "junk.wav")
    try bytes.write(to: url)
    #expect(throws: AudioError.noFormatChunk(url)) { try AudioFile(contentsOf: url, ffmpeg: nil) }
  }

  @Test("pipes and devices are refused, not waited for") func pipes() throws {
    let url = folder.url.appending(path: "pipe.wav")
    try #require(mkfifo(url.path, 0o600) == 0)
    for url in [url, URL(filePath: "/dev/zero")] {
      #expect(throws: AudioError.unreadable(url, reason: "a device or pipe, not a file")) {
        try AudioFile(contentsOf: url)
      }
    }
  }

  @Test("ranges read as one recording are the ranges one behind the other") func ranges() throws {
    let clip = AudioClip(samples: Self.noise(10_000))
    let ranges = [100..<101, 4_000..<5_000, 200..<950, 3..<3, 9_990..<20_000]
    let joined = SampleRanges(clip, ranges)
    let expected = ranges.flatMap { clip.samples[$0.clamped(to: 0..<10_000)] }
    #expect(joined.count == expected.count && joined.duration == Double(expected.count) / 16_000)
    let stretches = [0..<1, 1..<2, 999..<1_003, 1_000..<1_001, joined.count - 12..<joined.count, 5..<5]
    for stretch in stretches + [0..<joined.count] {
      #expect(try joined.samples(stretch) == Array(expected[stretch]))
    }
    #expect(try SampleRanges(clip, []).samples().isEmpty)
  }
}
