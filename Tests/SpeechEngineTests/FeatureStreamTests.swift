import Foundation
import SpeechEngine
import Synchronization
import Testing

@Suite("Features of long recordings")
struct FeatureStreamTests {
  /// Notes what is asked of it.
  final class WatchedSource: SampleSource {
    let clip: AudioClip
    let largest = Mutex(0)
    var count: Int { clip.count }

    init(_ clip: AudioClip) { self.clip = clip }

    func read(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws(AudioError) {
      largest.withLock { $0 = max($0, range.count) }
      clip.read(range, into: buffer)
    }
  }

  private func columns(_ mel: MelSpectrogram, _ range: Range<Int>) -> [Float] {
    (0..<mel.bands).flatMap { mel.values[$0 * mel.frames + range.lowerBound..<$0 * mel.frames + range.upperBound] }
  }

  private func compare(_ source: any SampleSource, with whole: MelSpectrogram, bands: Int = 80) throws {
    let stream = try FeatureStream(source, bands: bands, threads: 2)
    #expect(stream.frames == whole.frames && stream.contentFrames == source.count / 160)
    #expect(try stream.window(from: 0, count: .max).values == whole.values)
    let starts = [0, 1, 7, whole.frames / 2, whole.frames - 2, whole.frames - 1, whole.frames, whole.frames + 5]
    for start in starts where start >= 0 {
      for count in [0, 1, 3, 1000, 3000] {
        let expected = (start..<start + count).clamped(to: 0..<whole.frames)
        let found = try stream.window(from: start, count: count)
        #expect(found.frames == expected.count && found.values == columns(whole, expected), "\(start), \(count)")
      }
    }
  }

  @Test(
    "every window has the bits that it has in the whole",
    arguments: [0, 1, 2, 3, 159, 160, 161, 199, 200, 201, 320, 399, 400, 401, 15_999, 16_000, 16_001, 480_000])
  func windows(count: Int) throws {
    let clip = AudioClip(samples: AudioFileTests.noise(count))
    try compare(clip, with: FeatureExtractor().extract(clip, threads: 1))
  }

  @Test("so have the windows of a recording that is too long to be kept", arguments: [80, 128])
  func longWindows(bands: Int) throws {
    var samples = AudioFileTests.noise(150 * 16_000 + 77)
    for index in 0..<samples.count where index / 160_000 % 2 == 0 { samples[index] *= 0.001 }
    let clip = AudioClip(samples: samples)
    let source = WatchedSource(clip)
    try compare(source, with: FeatureExtractor(bands: bands).extract(clip, threads: 2), bands: bands)
    #expect(source.largest.withLock { $0 } <= 100_000, "samples held at a time")
  }

  @Test("frames at the ends see the recording mirrored", arguments: [1, 2, 100, 161, 399, 1_000, 4_001])
  func mirrored(count: Int) throws {
    let clip = AudioClip(samples: AudioFileTests.noise(count))
    // The padded signal laid out within a longer recording, so that no frame of interest touches an end of that.
    let content = clip.samples + [Float](repeating: 0, count: 160)
    let mirror = content + content.dropFirst().dropLast().reversed()
    let padded = (-200..<content.count + 200).map { mirror[(($0 % mirror.count) + mirror.count) % mirror.count] }
    let layout = [Float](repeating: 0, count: 120) + padded + [Float](repeating: 0, count: 1_000)
    let long = try FeatureExtractor().extract(AudioClip(samples: layout))
    let found = try FeatureStream(clip).window(from: 0, count: .max)
    for (one, other) in zip(found.values, columns(long, 2..<2 + found.frames)) {
      // Either may be clipped below its own maximum.
      #expect(one == other || one == found.values.min() || other == long.values.min())
    }
    #expect(Set(found.values).count > 40)
  }

  @Test("a chunk alone has its own maximum and no last frame") func chunk() throws {
    let clip = AudioClip(samples: AudioFileTests.noise(50_000).enumerated().map { $0 < 9_000 ? $1 : $1 * 1e-5 })
    let piece = SampleRanges(clip, [10_000..<30_000])
    let alone = try FeatureExtractor().extract(AudioClip(samples: piece.samples()))
    let found = try FeatureStream.chunk(piece)
    #expect(found.frames == 125 && found.values == columns(alone, 0..<125))
    #expect(try FeatureStream.chunk(SampleRanges(clip, [])).frames == 0)
  }

  @Test("odd sound has finite features", arguments: [1, 800, 16_000])
  func oddSound(count: Int) throws {
    let noise = AudioFileTests.noise(count)
    let sounds: [String: [Float]] = [
      "silence": noise.map { _ in 0 }, "DC": noise.map { _ in 1 }, "clipping": noise.map { $0 < 0 ? -1 : 1 },
      "noise": noise, "loud": noise.map { $0 * 9_000 }, "faint": noise.map { $0 * 1e-30 },
    ]
    for (name, sound) in sounds {
      let mel = try FeatureStream(AudioClip(samples: sound)).window(from: 0, count: 3000)
      #expect(mel.frames == count / 160 + 1 && mel.values.allSatisfy { $0.isFinite }, "\(name)")
    }
    let broken = noise.enumerated().map { $0 == count / 2 ? Float.nan : $1 }
    #expect(try FeatureStream(AudioClip(samples: broken)).window(from: 0, count: 1).frames == 1)
  }

  @Test("8 channels of 96 kHz have the features of their mix") func manyChannels() throws {
    let folder = try ScratchFolder()
    let sound = AudioFileTests.noise(96_000)
    let url = try AudioFileTests.wav(Array(repeating: sound, count: 8), rate: 96_000).write(to: folder.url)
    let file = try AudioFile(contentsOf: url)
    try compare(file, with: FeatureExtractor().extract(AudioClip(contentsOf: url)))
  }

  @Test("a file that fails under way ends the scan with its error") func failing() throws {
    let folder = try ScratchFolder()
    let url = try AudioFileTests.wav([AudioFileTests.noise(200_000)]).write(to: folder.url)
    let file = try AudioFile(contentsOf: url)
    try FileHandle(forWritingTo: url).truncate(atOffset: 1_000)
    #expect(throws: AudioError.unreadable(url, reason: "it became shorter while it was read")) {
      try FeatureStream(file)
    }
  }
}
