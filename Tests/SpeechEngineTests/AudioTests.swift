import Foundation
import SpeechEngine
import Testing

@Suite("Reading recordings")
struct AudioTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  static func tone(_ hertz: Double, rate: Int, seconds: Double = 0.5) -> [Float] {
    (0..<Int(seconds * Double(rate))).map { Float(0.5 * sin(2 * .pi * hertz * Double($0) / Double(rate))) }
  }

  struct Format: CustomTestStringConvertible, Sendable {
    let tag: Int, bits: Int, channels: Int, extensible: Bool
    var testDescription: String { "tag \(tag), \(bits) bits, \(channels) channels\(extensible ? ", extensible" : "")" }
  }
  static let formats = [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32)].flatMap { tag, bits in
    [1, 2, 5].flatMap { channels in
      [false, true].map { Format(tag: tag, bits: bits, channels: channels, extensible: $0) }
    }
  }

  @Test("every sample format and channel count gives the same sound", arguments: formats)
  func sampleFormats(format: Format) throws {
    let tone = Self.tone(440, rate: 16_000)
    var wav = WAVFixture(tag: format.tag, channels: format.channels, bits: format.bits, extensible: format.extensible)
    wav.fill(tone.flatMap { Array(repeating: $0, count: format.channels) })
    let clip = try AudioClip(contentsOf: wav.write(to: folder.url))
    let worst = zip(clip.samples, tone).map { abs($0 - $1) }.max() ?? .infinity
    #expect(clip.samples.count == tone.count && worst < (format.bits == 8 ? 0.02 : 1e-4))
  }

  /// The last three share no factor with 16 kHz, so that each output has a filter of its own.
  static let rates = [8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 44_101, 48_001, 383_999]

  @Test("resampling keeps a tone and its place", arguments: rates)
  func resampling(rate: Int) throws {
    var wav = WAVFixture(tag: 3, rate: rate, bits: 32)
    wav.fill(Self.tone(1000, rate: rate))
    let clip = try AudioClip(contentsOf: wav.write(to: folder.url))
    let expected = Self.tone(1000, rate: 16_000)
    #expect(clip.samples.count == 8_000)
    let inner = 400..<7_600
    let noise = inner.reduce(0.0) { $0 + pow(Double(clip.samples[$1] - expected[$1]), 2) }
    let signal = inner.reduce(0.0) { $0 + pow(Double(expected[$1]), 2) }
    #expect(10 * log10(signal / max(noise, 1e-30)) > 80, "signal to noise in dB")
  }

  @Test("tones above the new Nyquist frequency are gone") func aliasing() throws {
    var wav = WAVFixture(tag: 3, rate: 48_000, bits: 32)
    wav.fill(Self.tone(11_000, rate: 48_000))
    let clip = try AudioClip(contentsOf: wav.write(to: folder.url))
    #expect(clip.samples[400..<7_600].map { abs($0) }.max()! < 1e-4)
  }

  @Test("sizes that a killed recorder left are repaired", arguments: [UInt32(0), 0xFFFF_FFFF]) func repaired(
    size: UInt32
  ) throws {
    var wav = WAVFixture(riffSize: size, dataSize: size)
    wav.fill(Self.tone(440, rate: 16_000))
    #expect(try AudioClip(contentsOf: wav.write(to: folder.url)).samples.count == 8_000)
  }

  @Test("bad files are refused with their reason") func refused() throws {
    func reason(_ wav: Data, _ name: String) throws -> AudioError? {
      let url = folder.url.appending(path: name)
      try wav.write(to: url)
      return #expect(throws: AudioError.self) { try AudioClip(contentsOf: url) }
    }
    let url = { (name: String) in folder.url.appending(path: name) }
    #expect(try reason(Data(), "a.wav") == .empty(url("a.wav")))
    #expect([.notWAV(url("b.wav")), .notAudio(url("b.wav"))].contains(try reason(Data("just text".utf8), "b.wav")))
    #expect(try reason(WAVFixture().data(), "c.wav") == .noSamples(url("c.wav")))
    var short = WAVFixture(dataSize: 100)
    short.payload = Data(count: 40)
    #expect(try reason(short.data(), "d.wav") == .truncated(url("d.wav"), missingBytes: 60))
    #expect(try AudioClip(contentsOf: url("d.wav"), allowTruncated: true).samples.count == 20)
    var broken = WAVFixture(tag: 3, bits: 32)
    broken.fill([0, .nan, .infinity, 0])
    #expect(try reason(broken.data(), "e.wav") == .notFinite(url("e.wav"), count: 2))
    var odd = WAVFixture(tag: 85, bits: 16)
    odd.payload = Data(count: 40)
    let foreign = AudioError.unsupportedFormat(url("f.wav"), tag: 85, bits: 16, channels: 1, rate: 16_000)
    #expect([foreign, .notAudio(url("f.wav"))].contains(try reason(odd.data(), "f.wav")))
    #expect(throws: AudioError.isFolder(folder.url)) { try AudioClip(contentsOf: folder.url) }
    #expect(throws: AudioError.notFound(url("g.wav"))) { try AudioClip(contentsOf: url("g.wav")) }
  }

  @Test("values beyond all range are refused, not made into words") func loud() throws {
    var wav = WAVFixture(tag: 3, bits: 32)
    wav.fill([0.1, 3e38, -3e38])
    let url = try wav.write(to: folder.url)
    #expect(throws: AudioError.notFinite(url, count: 2)) { try AudioClip(contentsOf: url) }
  }

  @Test("a recording over the limit is refused before it is decoded") func tooLong() throws {
    var wav = WAVFixture(rate: 1_000, bits: 8)
    wav.payload = Data(count: 100_000)
    let url = try wav.write(to: folder.url)
    #expect(throws: AudioError.tooLong(url, seconds: 100, limit: 60)) {
      try AudioClip(contentsOf: url, maximumSeconds: 60)
    }
  }

  @Test("what the reader doesn't know goes to ffmpeg, but no playlist opens another file") func ffmpeg() throws {
    try #require(FFmpegReader.executable() != nil, "ffmpeg is missing: scripts/install-test-needs installs it")
    var tone = WAVFixture()
    tone.fill(Self.tone(440, rate: 16_000))
    let plain = try tone.write(to: folder.url, "plain.wav")
    let law = folder.url.appending(path: "law.wav")
    try Self.run("ffmpeg", "-v", "error", "-i", plain.path, "-c:a", "pcm_mulaw", law.path)
    #expect(abs(try AudioClip(contentsOf: law).duration - 0.5) < 0.01)
    let playlist = folder.url.appending(path: "list.wav")
    try Data("ffconcat version 1.0\nfile plain.wav\n".utf8).write(to: playlist)
    #expect(throws: AudioError.notAudio(playlist)) { try AudioClip(contentsOf: playlist) }
  }

  static func run(_ program: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test("no cut and no flipped byte of a WAV file can crash the reader") func fuzz() throws {
    var wav = WAVFixture()
    wav.fill(Self.tone(440, rate: 16_000, seconds: 0.01))
    let good = wav.data()
    var random = SystemRandomNumberGenerator()
    let cuts = (0..<60).map { good.prefix($0) }
    let flips = (0..<300).map { _ in
      var bytes = good
      bytes[Int.random(in: 0..<48, using: &random)] = UInt8.random(in: 0...255, using: &random)
      return bytes
    }
    for bytes in cuts + flips {
      let url = folder.url.appending(path: "fuzz.wav")
      try bytes.write(to: url)
      _ = try? AudioFile(contentsOf: url, maximumSeconds: 60, ffmpeg: nil).samples()
    }
  }
}
