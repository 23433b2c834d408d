import Foundation
import SpeechEngine
import Testing

/// Windows, prompts and segments of upstream's own loop, fed with scripted answers: `loop.json`.
@Suite("The road through a recording equals faster-whisper's")
struct ScriptedLoopTests {
  struct Golden: Decodable {
    let cases: [Case]
  }
  struct Case: Decodable {
    let frames: Int
    let options: ScriptedOptions
    let windows: [Window]
  }
  struct Window: Decodable {
    struct Attempt: Decodable {
      let tokens: [Int]
      let score: Float?
      let no_speech_prob: Float
    }
    struct Piece: Decodable {
      let start: Double
      let end: Double
      let text: String
      let tokens: [Int]
      let temperature: Double
    }
    let seek: Int
    let frames: Int
    let prompt: [Int]
    let max_length: Int
    let attempts: [Attempt]
    let segments: [Piece]
  }

  @Test("windows, prompts, budgets and segments of 120 recordings") func everyRecording() throws {
    let golden = try Goldens.json(Golden.self, "loop.json")
    #expect(golden.cases.count == 120)
    let model = try WhisperModel(folder: Goldens.demo)
    for (index, item) in golden.cases.enumerated() { walk(item, "case \(index)", model) }
  }

  private func walk(_ item: Case, _ name: String, _ model: WhisperModel) {
    let options = item.options.options
    let layout = PromptLayout(model, options, positions: 448)
    var loop = WindowLoop(model, options, contentFrames: item.frames)
    for (index, expected) in item.windows.enumerated() {
      let here = "\(name), window \(index); \(Goldens.regenerate)"
      guard let window = loop.next() else {
        Issue.record("\(here): the loop has ended")
        return
      }
      #expect(window.frames == expected.seek..<expected.seek + expected.frames, "\(here)")
      let prompt = layout.prompt(previous: window.previous, language: "en", isFirst: window.isFirst)
      #expect(prompt.tokens == expected.prompt, "\(here)")
      let result = decide(expected.attempts, options, model)
      let segments = loop.accept(result, window, language: "en")
      #expect(segments.map(\.tokens) == expected.segments.map(\.tokens), "\(here)")
      for (ours, theirs) in zip(segments, expected.segments) {
        #expect(abs(ours.start - theirs.start) < 1e-9 && abs(ours.end - theirs.end) < 1e-9, "\(here)")
        #expect(ours.text == theirs.text && abs(ours.temperature - theirs.temperature) < 1e-6, "\(here)")
      }
    }
    #expect(loop.next() == nil, "\(name): the loop goes on")
  }

  private func decide(
    _ attempts: [Window.Attempt], _ options: TranscriptionOptions, _ model: WhisperModel
  ) -> WindowResult {
    var scripted = attempts[...]
    return TemperatureFallback(
      temperatures: options.temperatures, compressionRatioThreshold: options.compressionRatioThreshold,
      logProbThreshold: options.logProbThreshold, noSpeechThreshold: options.noSpeechThreshold
    ).run { temperature in
      let attempt = scripted.popFirst() ?? Window.Attempt(tokens: [], score: nil, no_speech_prob: 0)
      let count = Float(attempt.tokens.count)
      return WindowResult(
        tokens: attempt.tokens, temperature: temperature,
        avgLogprob: attempt.score.map { $0 * count / (count + 1) } ?? .nan,
        compressionRatio: CompressionRatio.of(text(attempt.tokens, model)), noSpeech: attempt.no_speech_prob)
    }
  }

  private func text(_ tokens: [Int], _ model: WhisperModel) -> String {
    model.tokenizer.decode(tokens).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Options of a scripted case: those that differ from upstream's defaults.
struct ScriptedOptions: Decodable {
  private(set) var options = TranscriptionOptions()

  private enum Keys: String, CodingKey {
    case compression_ratio_threshold, log_prob_threshold, no_speech_threshold, temperatures, initial_prompt, hotwords
    case prefix, without_timestamps, condition_on_previous_text, clip_timestamps, max_new_tokens, max_initial_timestamp
    case prompt_reset_on_temperature, prepend_punctuations, append_punctuations, hallucination_silence_threshold
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    func read<T: Decodable>(_ key: Keys, into target: inout T) throws {
      if values.contains(key) { target = try values.decode(T.self, forKey: key) }
    }
    try read(.compression_ratio_threshold, into: &options.compressionRatioThreshold)
    try read(.log_prob_threshold, into: &options.logProbThreshold)
    try read(.no_speech_threshold, into: &options.noSpeechThreshold)
    try read(.temperatures, into: &options.temperatures)
    try read(.hotwords, into: &options.hotwords)
    try read(.prefix, into: &options.prefix)
    try read(.without_timestamps, into: &options.withoutTimestamps)
    try read(.condition_on_previous_text, into: &options.conditionOnPreviousText)
    try read(.max_new_tokens, into: &options.maxNewTokens)
    try read(.max_initial_timestamp, into: &options.maxInitialTimestamp)
    try read(.prompt_reset_on_temperature, into: &options.promptResetOnTemperature)
    try read(.prepend_punctuations, into: &options.prependPunctuations)
    try read(.append_punctuations, into: &options.appendPunctuations)
    try read(.hallucination_silence_threshold, into: &options.hallucinationSilenceThreshold)
    if let text = try? values.decode(String.self, forKey: .initial_prompt) {
      options.initialPrompt = .text(text)
    } else if let tokens = try? values.decode([Int].self, forKey: .initial_prompt) {
      options.initialPrompt = .tokens(tokens)
    }
    if let text = try? values.decode(String.self, forKey: .clip_timestamps) {
      options.clipTimestamps = text.split(separator: ",").compactMap { Double($0) }
    } else if let times = try? values.decode([Double].self, forKey: .clip_timestamps) {
      options.clipTimestamps = times
    }
  }
}
