import ArgumentParser
import Foundation
import SpeechEngine

/// The options of decoding, under faster-whisper's names.
struct DecodingFlags: ParsableArguments {
  @OptionGroup(title: "Language") var language: LanguageFlags
  @OptionGroup(title: "Search and fallback") var search: SearchFlags
  @OptionGroup(title: "Context and tokens") var context: ContextFlags
  @OptionGroup(title: "Words, clips and batches") var passage: PassageFlags
  @OptionGroup(title: "Voice activity") var voice: VoiceFlags

  /// Lines for people: what was asked for and doesn't count here.
  func notices(_ model: WhisperModel) -> [String] {
    var lines: [String] = []
    let hasClips = (passage.clipTimestamps.map { $0.values != [0] } ?? false)
    if voice.vadFilter, hasClips { lines.append("--vad-filter: doesn't count beside --clip-timestamps.") }
    if passage.batchSize != nil {
      if context.prefix != nil { lines.append("--prefix: doesn't count in batches.") }
      if passage.hallucinationSilenceThreshold != nil {
        lines.append("--hallucination-silence-threshold: doesn't count in batches.")
      }
      if passage.audioContext == .adaptive { lines.append("--audio-context adaptive: doesn't count in batches.") }
    }
    if language.task == .translate, !model.isMultilingual {
      lines.append("--task translate: this model knows English only; it transcribes.")
    }
    return lines
  }

  func apply(to options: inout TranscriptionOptions) {
    language.apply(to: &options)
    search.apply(to: &options)
    context.apply(to: &options)
    passage.apply(to: &options)
    options.voiceActivity = voice.options(batched: passage.batchSize != nil, chunkLength: passage.chunkLength)
  }
}

struct LanguageFlags: ParsableArguments {
  @Option(help: "ISO code such as en; left out, it is detected.") var language: String?
  @Option(help: "transcribe (default), or translate to English.", transform: Self.task)
  var task: TranscriptionOptions.Task?
  @Flag(help: "Detect the language again in every window.") var multilingual = false
  @Option(help: "Probability that ends the detection, 0 to 1. Default: 0.5.") var languageDetectionThreshold: Float?
  @Option(help: "Windows that the detection may look at. Default: 1.") var languageDetectionSegments: Int?

  private static func task(_ name: String) throws -> TranscriptionOptions.Task {
    guard let task = TranscriptionOptions.Task(rawValue: name) else {
      throw ValidationError("known: transcribe, translate.")
    }
    return task
  }

  func validate() throws {
    if let languageDetectionSegments, languageDetectionSegments < 1 {
      throw ValidationError("--language-detection-segments: 1 or more.")
    }
  }

  func apply(to options: inout TranscriptionOptions) {
    options.language = language
    if let task { options.task = task }
    options.multilingual = multilingual
    if let languageDetectionThreshold { options.languageDetectionThreshold = languageDetectionThreshold }
    if let languageDetectionSegments { options.languageDetectionSegments = languageDetectionSegments }
  }
}

struct SearchFlags: ParsableArguments {
  @Option(help: "Samples drawn at a temperature above 0, 1 to 16. Default: 5.") var bestOf: Int?
  @Option(help: "The search ends when beam size x patience hypotheses have ended. Default: 1.") var patience: Float?
  @Option(help: "Exponent of the length that scores are divided by. Default: 1.") var lengthPenalty: Float?
  @Option(help: "Above 1: tokens that came before lose. Default: 1.") var repetitionPenalty: Float?
  @Option(help: "No run of so many tokens comes twice. Default: 0, off.") var noRepeatNgramSize: Int?
  @Option(help: "Limits a window's text; half of prompt and answer, as in faster-whisper.") var maxNewTokens: Int?
  @Option(help: "Seed of the samples. Default: 0.") var seed: UInt64?
  @Option(help: "Temperatures to try in turn. Default: 0,0.2,0.4,0.6,0.8,1.") var temperature: NumberList?
  @Option(help: "Above it a text repeats itself; 'none': off. Default: 2.4.") var compressionRatioThreshold: Threshold?
  @Option(help: "Below it a text is unlikely; 'none': off. Default: -1.") var logProbThreshold: Threshold?
  @Option(help: "Above it a window is silent; 'none': off. Default: 0.6.") var noSpeechThreshold: Threshold?

  func validate() throws {
    if let bestOf, !(1...16).contains(bestOf) { throw ValidationError("--best-of: from 1 to 16.") }
    if let patience, !(patience > 0 && patience <= 100) { throw ValidationError("--patience: above 0, up to 100.") }
    if let repetitionPenalty, !(repetitionPenalty > 0 && repetitionPenalty.isFinite) {
      throw ValidationError("--repetition-penalty: above 0.")
    }
    if let lengthPenalty, !lengthPenalty.isFinite { throw ValidationError("--length-penalty: a number.") }
    if let noRepeatNgramSize, noRepeatNgramSize < 0 { throw ValidationError("--no-repeat-ngram-size: 0 or more.") }
    if let maxNewTokens, maxNewTokens < 1 { throw ValidationError("--max-new-tokens: 1 or more.") }
    if let temperature, temperature.values.isEmpty || temperature.values.contains(where: { !(0...1).contains($0) }) {
      throw ValidationError("--temperature: numbers from 0 to 1, separated by commas.")
    }
  }

  func apply(to options: inout TranscriptionOptions) {
    if let bestOf { options.bestOf = bestOf }
    if let patience { options.patience = patience }
    if let lengthPenalty { options.lengthPenalty = lengthPenalty }
    if let repetitionPenalty { options.repetitionPenalty = repetitionPenalty }
    if let noRepeatNgramSize { options.noRepeatNgramSize = noRepeatNgramSize }
    options.maxNewTokens = maxNewTokens
    if let seed { options.seed = seed }
    if let temperature { options.temperatures = temperature.values.map { Float($0) } }
    if let compressionRatioThreshold { options.compressionRatioThreshold = compressionRatioThreshold.value }
    if let logProbThreshold { options.logProbThreshold = logProbThreshold.value }
    if let noSpeechThreshold { options.noSpeechThreshold = noSpeechThreshold.value }
  }
}

struct ContextFlags: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Give the text so far to the next window.") var conditionOnPreviousText = true
  @Option(help: "Above this temperature a window is no context. Default: 0.5.") var promptResetOnTemperature: Float?
  @Option(help: "Text as if it had been said before.") var initialPrompt: String?
  @Option(help: "The same as token ids, separated by commas.") var initialPromptTokens: NumberList?
  @Option(help: "How the first window begins.") var prefix: String?
  @Option(help: "Names and terms to expect.") var hotwords: String?
  @Flag(inversion: .prefixedNo, help: "A window doesn't begin with a blank.") var suppressBlank = true
  @Option(help: "Token ids that never come; -1: what is no speech; or 'none'. Default: -1.")
  var suppressTokens: NumberList?
  @Flag(help: "Text only: a window is one segment.") var withoutTimestamps = false
  @Option(help: "Latest first timestamp in seconds. Default: 1.") var maxInitialTimestamp: Double?

  func validate() throws {
    if initialPrompt != nil, initialPromptTokens != nil {
      throw ValidationError("--initial-prompt and --initial-prompt-tokens: name one.")
    }
    if !(initialPromptTokens?.isWhole ?? true) || !(suppressTokens?.isWhole ?? true) {
      throw ValidationError("--initial-prompt-tokens, --suppress-tokens: whole numbers.")
    }
  }

  func apply(to options: inout TranscriptionOptions) {
    options.conditionOnPreviousText = conditionOnPreviousText
    if let promptResetOnTemperature { options.promptResetOnTemperature = promptResetOnTemperature }
    if let initialPrompt, !initialPrompt.isEmpty { options.initialPrompt = .text(initialPrompt) }
    if let initialPromptTokens { options.initialPrompt = .tokens(initialPromptTokens.integers) }
    options.prefix = prefix
    options.hotwords = hotwords
    options.suppressBlank = suppressBlank
    if let suppressTokens { options.suppressTokens = suppressTokens.integers }
    options.withoutTimestamps = withoutTimestamps
    if let maxInitialTimestamp { options.maxInitialTimestamp = maxInitialTimestamp }
  }
}

struct PassageFlags: ParsableArguments {
  @Flag(help: "Find each word's times and probability.") var wordTimestamps = false
  @Option(help: "Punctuation that belongs to the word behind it.") var prependPunctuations: String?
  @Option(help: "Punctuation that belongs to the word before it.") var appendPunctuations: String?
  @Option(help: "With word timestamps: skip what is made up in silences longer than this, in seconds.")
  var hallucinationSilenceThreshold: Double?
  @Option(help: "Starts and ends in seconds, separated by commas. Default: 0, everything.") var clipTimestamps:
    NumberList?
  @Option(help: "Seconds of a window, 1 to 30. Default: 30.") var chunkLength: Int?
  @Option(help: "full (default), or adaptive: short recordings quicker, not exact.", transform: Self.audioContext)
  var audioContext: AudioContext?
  @Option(help: "Decode so many windows together, without the text before them; 1 to 64.") var batchSize: Int?

  func validate() throws {
    if let chunkLength, !(1...30).contains(chunkLength) { throw ValidationError("--chunk-length: from 1 to 30.") }
    if let batchSize, !(1...64).contains(batchSize) { throw ValidationError("--batch-size: from 1 to 64.") }
    if hallucinationSilenceThreshold != nil, !wordTimestamps {
      throw ValidationError("--hallucination-silence-threshold: needs --word-timestamps.")
    }
  }

  func apply(to options: inout TranscriptionOptions) {
    options.wordTimestamps = wordTimestamps
    if let prependPunctuations { options.prependPunctuations = prependPunctuations }
    if let appendPunctuations { options.appendPunctuations = appendPunctuations }
    options.hallucinationSilenceThreshold = hallucinationSilenceThreshold
    if let clipTimestamps { options.clipTimestamps = clipTimestamps.values }
    options.chunkLength = chunkLength
    options.batchSize = batchSize
    if let audioContext { options.audioContext = audioContext }
  }

  private static func audioContext(_ name: String) throws -> AudioContext {
    guard let context = AudioContext(rawValue: name) else { throw ValidationError("known: full, adaptive.") }
    return context
  }
}

/// Numbers separated by commas; 'none' is an empty list.
struct NumberList: ExpressibleByArgument {
  let values: [Double]
  var integers: [Int] { values.map { Int($0) } }
  var isWhole: Bool { values.allSatisfy { $0 == $0.rounded() } }

  init?(argument: String) {
    let parts = (argument.lowercased() == "none" ? "" : argument).split(separator: ",").map {
      Double($0.trimmingCharacters(in: .whitespaces))
    }
    values = parts.compactMap { $0 }.filter { abs($0) < 1e12 }
    if values.count != parts.count { return nil }
  }
}

/// A number, or 'none' for off.
struct Threshold: ExpressibleByArgument {
  let value: Float?

  init?(argument: String) {
    if argument.lowercased() == "none" {
      value = nil
    } else if let number = Float(argument), number.isFinite {
      value = number
    } else {
      return nil
    }
  }
}
