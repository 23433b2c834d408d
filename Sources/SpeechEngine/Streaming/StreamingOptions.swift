/// How speech is turned into words while it goes on. The defaults suit one thread and a small model.
public struct StreamingOptions: Sendable {
  /// ISO 639 code; nil: detected from the first utterance (English-only models are always `en`). Default nil.
  public var language: String?
  /// Transcribe, or translate to English (multilingual models). Default transcribe.
  public var task = TranscriptionOptions.Task.transcribe
  /// Names and terms to expect. Default nil.
  public var hotwords: String?
  /// Seconds of new speech from one pass over an utterance to the next, 0.1...10. Default 0.5. A pass that takes long
  /// lengthens it.
  public var step = 0.5
  /// Share of the time that passes may take before the step grows, above 0, up to 1. Default 0.5.
  public var share = 0.5
  /// Seconds of silence that end an utterance, 0.1...10; of one that has lasted for 5 s six tenths of them. Default 0.4.
  public var pause = 0.4
  /// Passes in a row that must agree on a word before it is committed, 1...10; two are enough where the step has grown.
  /// Default 3.
  public var agreement = 3
  /// A word that the model finds less probable is not committed before its utterance ends, 0...1. Default 0.5.
  public var certainty = 0.5
  /// A word that ends less than so many seconds before the newest sound is not committed yet, 0...10. Default 0.2.
  public var edge = 0.2
  /// Seconds of an utterance after which what is committed up to the end of a sentence is cut off, 2...20. Default 12.
  public var trimAfter = 12.0
  /// Give the last committed text to the next utterance as context. Default false: small models repeat it.
  public var conditionOnPreviousText = false
  /// Hypotheses kept when an utterance is decoded at its end, 1...16; before its end there is one. Default 1.
  public var beamSize = 1
  /// How much of a window is encoded. Default adaptive: what comes of it is a first reading.
  public var audioContext = AudioContext.adaptive

  private static let quickLogProb: Float = -1.5

  public init() {}

  /// - Throws: `OptionError` for the first option that is outside its range.
  public func validate() throws(OptionError) {
    try check("step", (0.1...10).contains(step), "from 0.1 to 10 s")
    try check("share", share > 0 && share <= 1, "above 0, up to 1")
    try check("pause", (0.1...10).contains(pause), "from 0.1 to 10 s")
    try check("agreement", (1...10).contains(agreement), "from 1 to 10")
    try check("certainty", (0...1).contains(certainty), "from 0 to 1")
    try check("edge", (0...10).contains(edge), "from 0 to 10 s")
    try check("trimAfter", (2...20).contains(trimAfter), "from 2 to 20 s")
    try check("beamSize", (1...16).contains(beamSize), "from 1 to 16")
  }

  private func check(_ option: String, _ isFine: Bool, _ allowed: String) throws(OptionError) {
    if !isFine { throw OptionError(option: option, allowed: allowed) }
  }

  /// Options of a pass over an utterance that goes on: greedy, one try.
  var quick: TranscriptionOptions {
    var options = common
    options.beamSize = 1
    options.temperatures = [0]
    // What is cut off in the middle of a word is never likely.
    options.logProbThreshold = Self.quickLogProb
    return options
  }

  /// Options of the pass over a whole utterance.
  var careful: TranscriptionOptions {
    var options = common
    options.beamSize = beamSize
    options.bestOf = max(1, min(beamSize, 5))
    options.temperatures = [0, 0.4, 0.8]
    return options
  }

  private var common: TranscriptionOptions {
    var options = TranscriptionOptions()
    options.language = language
    options.task = task
    options.hotwords = hotwords
    // An utterance is one piece; its words have times of their own.
    options.withoutTimestamps = true
    return options
  }
}
