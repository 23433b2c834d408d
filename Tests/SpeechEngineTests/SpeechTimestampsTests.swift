import Foundation
import SpeechEngine
import Testing

/// `vad-stretches.json`: what faster-whisper makes of scores.
struct StretchesGolden: Decodable {
  struct Case: Decodable {
    let signal: String
    let options: Options
    let speech: [[Int]]
    let chunks: [Groups]
    var ranges: [Range<Int>] { speech.map { $0[0]..<$0[1] } }
  }
  struct Options: Decodable {
    var threshold: Float?
    var neg_threshold: Float?
    var min_speech_duration_ms: Int?
    var max_speech_duration_s: Double?
    var min_silence_duration_ms: Int?
    var speech_pad_ms: Int?

    var value: VoiceActivityOptions {
      var options = VoiceActivityOptions()
      options.threshold = threshold ?? options.threshold
      options.negThreshold = neg_threshold
      options.minSpeechDurationMs = min_speech_duration_ms ?? options.minSpeechDurationMs
      options.maxSpeechDurationSeconds = max_speech_duration_s ?? options.maxSpeechDurationSeconds
      options.minSilenceDurationMs = min_silence_duration_ms ?? options.minSilenceDurationMs
      options.speechPadMs = speech_pad_ms ?? options.speechPadMs
      return options
    }
  }
  struct Groups: Decodable {
    let max_duration: Double?
    let groups: [[Double]]
  }
  let cases: [Case]
}

@Suite("Stretches of speech")
struct SpeechTimestampsTests {
  let cases: [StretchesGolden.Case]

  init() throws { cases = try Goldens.json(StretchesGolden.self, "vad-stretches.json").cases }

  @Test("are faster-whisper's for every signal and option set", arguments: VoiceActivityGolden.all)
  func parity(signal: VoiceActivityGolden.Signal) throws {
    let scores = try signal.scores()
    let own = cases.filter { $0.signal == signal.signal }
    #expect(own.count >= 10)
    for golden in own {
      let found = SpeechTimestamps.ranges(scores, total: signal.samples, options: golden.options.value)
      #expect(found == golden.ranges, "\(golden.options); \(Goldens.regenerate)")
    }
  }

  @Test("are joined to faster-whisper's groups, each with all of its stretches") func groups() {
    for golden in cases {
      for limit in golden.chunks {
        let found = SpeechChunk.collect(golden.ranges, maxDuration: limit.max_duration ?? .infinity)
        #expect(found.map { [$0.offset, $0.duration] } == limit.groups, "\(golden.signal) \(golden.options)")
        #expect(found.flatMap(\.segments) == golden.ranges)
        for group in found {
          #expect(Double(group.segments.map(\.count).reduce(0, +)) / 16_000 == group.duration)
        }
      }
    }
  }

  @Test("nothing is no group") func nothing() { #expect(SpeechChunk.collect([]).isEmpty) }

  @Test("options outside their range are refused by name") func options() throws {
    let changes: [(String, (inout VoiceActivityOptions) -> Void)] = [
      ("threshold", { $0.threshold = 1.5 }), ("threshold", { $0.threshold = .nan }),
      ("neg_threshold", { $0.negThreshold = -0.1 }), ("min_speech_duration_ms", { $0.minSpeechDurationMs = -1 }),
      ("min_silence_duration_ms", { $0.minSilenceDurationMs = .max }), ("speech_pad_ms", { $0.speechPadMs = .min }),
      ("max_speech_duration_s", { $0.maxSpeechDurationSeconds = 0 }),
      ("max_speech_duration_s", { $0.maxSpeechDurationSeconds = .nan }),
    ]
    for (name, change) in changes {
      var options = VoiceActivityOptions()
      change(&options)
      let error = #expect(throws: VoiceActivityError.self) {
        try VoiceActivityDetector().speech(in: [], options: options)
      }
      #expect(error?.message.contains("option \(name) is") == true)
    }
  }

  @Test("defaults are faster-whisper's, in one piece and in batches") func defaults() {
    #expect(VoiceActivityOptions().minSilenceDurationMs == 2000)
    let batched = VoiceActivityOptions.batched()
    #expect(batched.minSilenceDurationMs == 160 && batched.maxSpeechDurationSeconds == 30)
  }
}
