/// The state of one pass over a recording: where it stands, what was said so far.
struct WindowLoop {
  private(set) var segments: [Segment] = []
  private(set) var skipped: [SkippedSpan] = []
  private(set) var seek = 0
  private var allTokens: [Int] = []
  /// Tokens before this are no prompt any more.
  private var promptStart = 0
  private var random: SplitMix
  private let model: WhisperModel
  private let options: TranscriptionOptions
  private let language: String
  private let suppressed: [Int]
  /// CTranslate2's budget for prompt and answer together; the model's own positions may be fewer.
  private static let maximumLength = 448

  init(_ model: WhisperModel, _ options: TranscriptionOptions, language: String) {
    self.model = model
    self.options = options
    self.language = language
    random = SplitMix(seed: options.seed)
    suppressed = options.suppressTokens.contains(-1) ? model.suppressedTokens : []
  }

  /// Frames of the next window, at most 30 s; nil at the end.
  func nextWindow(of contentFrames: Int) -> Range<Int>? {
    seek < contentFrames ? seek..<min(seek + model.shape.windowFrames, contentFrames) : nil
  }

  // MARK: - Decoding one window

  /// Decodes the window that the decoder holds, at higher temperatures where that is needed.
  mutating func decode(with decoder: TextDecoder, checkpoint: () throws -> Void) rethrows -> WindowResult {
    let prompt = prompt()
    let fallback = TemperatureFallback(
      temperatures: options.temperatures, compressionRatioThreshold: options.compressionRatioThreshold,
      logProbThreshold: options.logProbThreshold, noSpeechThreshold: options.noSpeechThreshold)
    return try fallback.run { temperature in
      try decode(prompt, at: max(0, temperature), decoder, checkpoint: checkpoint)
    }
  }

  private mutating func decode(
    _ prompt: [Int], at temperature: Float, _ decoder: TextDecoder, checkpoint: () throws -> Void
  ) rethrows -> WindowResult {
    let start = prompt.lastIndex(of: model.special.startOfTranscript) ?? 0
    decoder.rewind()
    let logits = decoder.prefill(prompt, wanted: [start, prompt.count - 1])
    let room = budget(promptTokens: prompt.count)
    let best: Hypothesis
    if temperature == 0 {
      let search = TokenSearch(beams: options.beams, maximumTokens: room, rules: rules())
      best = try search.run(decoder, first: logits[1], checkpoint: checkpoint)[0]
    } else {
      let sampler = TokenSampler(
        samples: options.samples, temperature: temperature, maximumTokens: room, rules: rules())
      best = try sampler.run(decoder, first: logits[1], using: &random, checkpoint: checkpoint)[0]
    }
    return WindowResult(
      tokens: best.tokens, temperature: temperature,
      avgLogprob: best.score * Float(best.tokens.count) / Float(best.tokens.count + 1),
      compressionRatio: CompressionRatio.of(text(best.tokens).trimmingWhitespace()),
      noSpeech: model.special.noSpeech.map { LogSoftmax.probability(of: $0, in: logits[0]) } ?? 0)
  }

  private func text(_ tokens: [Int]) -> String {
    model.tokenizer.decode(tokens.filter { $0 < model.special.endOfText })
  }

  private func prompt() -> [Int] {
    let special = model.special
    var task = [special.startOfTranscript]
    if let id = special.languages[language] { task.append(id) }
    if model.isMultilingual, let id = options.task == .translate ? special.translate : special.transcribe {
      task.append(id)
    }
    if options.withoutTimestamps { task.append(special.noTimestamps) }
    let previous = allTokens[promptStart...]
    guard !previous.isEmpty, let marker = special.startOfPrevious else { return task }
    // A model with fewer positions than the published ones keeps a quarter of them for the answer.
    let room = min(Self.maximumLength / 2 - 1, model.shape.textPositions * 3 / 4 - 1 - task.count)
    return [marker] + previous.suffix(room) + task
  }

  private func budget(promptTokens: Int) -> Int {
    let startStep = promptTokens - 1
    let budget = min(Self.maximumLength / 2, Self.maximumLength - startStep)
    // The last token of the answer is never fed back, so it needs no position.
    return max(1, min(budget, model.shape.textPositions - promptTokens + 1))
  }

  private func rules() -> LogitRules {
    LogitRules(
      special: model.special, suppressed: suppressed,
      suppressedFirst: options.suppressBlank ? model.suppressedFirst : [],
      withTimestamps: !options.withoutTimestamps,
      maxInitialTimestamp: Int(
        (max(0, min(30, options.maxInitialTimestamp)) / SpecialTokens.secondsPerTimestamp).rounded()))
  }

  // MARK: - Taking a window's result

  mutating func accept(_ result: WindowResult, _ window: Range<Int>) {
    if isSilent(result) {
      skipped.append(
        SkippedSpan(
          start: Double(window.lowerBound) * 0.01, end: Double(window.upperBound) * 0.01, reason: .noSpeech))
      seek = window.upperBound
      return
    }
    let cut = SegmentSeeker(timestampBegin: model.special.timestampBegin)
      .cut(result.tokens, seek: seek, frames: window.count)
    for piece in cut.pieces { append(piece, result) }
    // Two timestamps at zero would ask for the same window again, for ever.
    seek = cut.seek > seek ? cut.seek : window.upperBound
    if !options.conditionOnPreviousText || result.temperature > options.promptResetOnTemperature {
      promptStart = allTokens.count
    }
  }

  /// Nobody speaks, as far as the model can tell, and the words it found are unlikely.
  private func isSilent(_ result: WindowResult) -> Bool {
    guard let threshold = options.noSpeechThreshold, result.noSpeech > threshold else { return false }
    return !(options.logProbThreshold.map { result.avgLogprob > $0 } ?? false)
  }

  private mutating func append(_ piece: SegmentSeeker.Piece, _ result: WindowResult) {
    let text = text(piece.tokens)
    guard piece.start != piece.end, !text.trimmingWhitespace().isEmpty else { return }
    allTokens += piece.tokens
    segments.append(
      Segment(
        id: segments.count + 1, seek: seek, start: piece.start, end: piece.end, text: text, tokens: piece.tokens,
        temperature: Double(result.temperature), avgLogprob: result.avgLogprob,
        compressionRatio: result.compressionRatio, noSpeechProb: result.noSpeech))
  }
}

extension String {
  func trimmingWhitespace() -> String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
