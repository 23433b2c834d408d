import Foundation
import SpeechEngine
import Testing

@Suite("Options")
struct OptionTests {
  private static let outside: [(String, @Sendable (inout TranscriptionOptions) -> Void)] = [
    ("beamSize", { $0.beamSize = 0 }), ("beamSize", { $0.beamSize = .max }), ("bestOf", { $0.bestOf = 17 }),
    ("patience", { $0.patience = .nan }), ("patience", { $0.patience = .infinity }),
    ("lengthPenalty", { $0.lengthPenalty = .nan }), ("repetitionPenalty", { $0.repetitionPenalty = 0 }),
    ("noRepeatNgramSize", { $0.noRepeatNgramSize = -1 }), ("maxNewTokens", { $0.maxNewTokens = .max }),
    ("temperatures", { $0.temperatures = [] }), ("temperatures", { $0.temperatures = [.nan] }),
    ("temperatures", { $0.temperatures = [0, 2] }),
    ("languageDetectionSegments", { $0.languageDetectionSegments = .max }),
    ("languageDetectionThreshold", { $0.languageDetectionThreshold = .nan }),
    ("noSpeechThreshold", { $0.noSpeechThreshold = .nan }),
    ("hallucinationSilenceThreshold", { $0.hallucinationSilenceThreshold = -1 }),
    ("maxInitialTimestamp", { $0.maxInitialTimestamp = .infinity }), ("chunkLength", { $0.chunkLength = .max }),
    ("batchSize", { $0.batchSize = 0 }), ("clipTimestamps", { $0.clipTimestamps = [0, .nan] }),
    ("clipTimestamps", { $0.clipTimestamps = [-5] }),
    ("clipTimestamps", { $0.clipTimestamps = [10, 5] }),
  ]

  @Test("outside their range are refused by name") func refused() throws {
    for (name, change) in Self.outside {
      var options = TranscriptionOptions()
      change(&options)
      let error = #expect(throws: OptionError.self, "\(name)") { try options.validate() }
      #expect(error?.option == name && error?.message.contains(name) == true)
    }
  }

  @Test("of the defaults are within their range") func defaults() throws { try TranscriptionOptions().validate() }

  @Test("a transcriber refuses them before it reads the recording") func transcriber() throws {
    var options = TranscriptionOptions()
    options.chunkLength = 0
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo))
    #expect(throws: OptionError.self) { try transcriber.transcribe(AudioClip(samples: []), options) }
  }
}

@Suite("Odd sound", .serialized)
struct OddSoundTests {
  private static func noise(_ count: Int) -> [Float] {
    var state: UInt32 = 7
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24) * 2 - 1
    }
  }

  private static let sounds: [(String, [Float])] = [
    ("nothing", []), ("one sample", [0.5]), ("0.05 s", noise(800)), ("silence", [Float](repeating: 0, count: 48_000)),
    ("noise", noise(48_000)), ("clipping", noise(48_000).map { $0 > 0 ? 1 : -1 }),
    ("a constant", [Float](repeating: 0.7, count: 48_000)),
    ("not a number", [Float](repeating: .nan, count: 16_000)),
    ("infinite", noise(8000) + [.infinity, -.infinity] + noise(8000)),
  ]

  @Test("ends with a transcript in every mode, and what gave no text is listed") func everyMode() throws {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo))
    var words = TranscriptionOptions()
    words.wordTimestamps = true
    words.hallucinationSilenceThreshold = 1
    var voice = words
    voice.voiceActivity = .init()
    var batch = voice
    batch.batchSize = 4
    batch.voiceActivity = .batched()
    for (name, samples) in Self.sounds {
      for options in [TranscriptionOptions(), words, voice, batch] {
        let clip = AudioClip(samples: samples)
        let found = try transcriber.transcribe(clip, options)
        #expect(found.segments.allSatisfy { $0.start >= 0 && $0.end <= clip.duration + 30 }, "\(name)")
        #expect((0...1).contains(found.confidence), "\(name)")
        if found.segments.isEmpty, samples.count >= 16_000 {
          #expect(!found.skipped.isEmpty, "\(name): nothing was said about it")
        }
      }
    }
  }

  @Test("what a progress closure throws ends the work at once") func cancelled() throws {
    struct Stop: Error {}
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo))
    let clip = AudioClip(
      samples: try (1...6).flatMap { try AudioClip(contentsOf: Goldens.audio("visit\($0)")).samples })
    for limit in [1, 4, 9, 20] {
      var calls = 0
      var segments = 0
      #expect(throws: Stop.self) {
        try transcriber.transcribe(
          clip,
          progress: { _ in
            calls += 1
            if calls == limit { throw Stop() }
          }, segment: { _ in segments += 1 })
      }
      #expect(calls == limit && segments == 0)
    }
  }
}
