/// The state of one pass over a recording: where it stands, what was said so far.
struct WindowLoop {
  struct Decoded {
    let best: Hypothesis
    let noSpeech: Float
    var avgLogprob: Float { best.score * Float(best.tokens.count) / Float(best.tokens.count + 1) }
  }
  private(set) var segments: [Segment] = []
  private(set) var skipped: [ClosedRange<Double>] = []
  private(set) var seek = 0
  private var allTokens: [Int] = []
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
    suppressed = options.suppressNonSpeech ? model.suppressedTokens : []
  }

  /// Frames of the next window, at most 30 s; nil at the end.
  func nextWindow(of contentFrames: Int) -> Range<Int>? {
    seek < contentFrames ? seek..<min(seek + model.shape.windowFrames, contentFrames) : nil
  }

  // MARK: - Decoding one window

  func decode(with decoder: TextDecoder, checkpoint: () throws -> Void) rethrows -> Decoded {
    let prompt = prompt()
    let special = model.special
    let start = prompt.lastIndex(of: special.startOfTranscript) ?? 0
    let logits = decoder.prefill(prompt, wanted: [start, prompt.count - 1])
    let search = TokenSearch(
      beams: decoder.beams, maximumTokens: budget(promptTokens: prompt.count), rules: rules())
    let best = try search.run(decoder, first: logits[1], checkpoint: checkpoint)[0]
    let noSpeech = special.noSpeech.map { LogSoftmax.probability(of: $0, in: logits[0]) } ?? 0
    return Decoded(best: best, noSpeech: noSpeech)
  }

  private func prompt() -> [Int] {
    let special = model.special
    var task = [special.startOfTranscript]
    if let id = special.languages[language] { task.append(id) }
    if model.isMultilingual, let id = options.task == .translate ? special.translate : special.transcribe {
      task.append(id)
    }
    if options.withoutTimestamps { task.append(special.noTimestamps) }
    guard options.conditionOnPreviousText, !allTokens.isEmpty, let marker = special.startOfPrevious else { return task }
    // A model with fewer positions than the published ones keeps a quarter of them for the answer.
    let room = min(Self.maximumLength / 2 - 1, model.shape.textPositions * 3 / 4 - 1 - task.count)
    return [marker] + allTokens.suffix(room) + task
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

  mutating func accept(_ decoded: Decoded, _ window: Range<Int>) {
    if decoded.noSpeech > options.noSpeechThreshold, !(decoded.avgLogprob > options.logProbThreshold) {
      skipped.append(Double(window.lowerBound) * 0.01...Double(window.upperBound) * 0.01)
      seek = window.upperBound
      return
    }
    let text = model.tokenizer.decode(decoded.best.tokens.filter { $0 < model.special.endOfText })
    let ratio = CompressionRatio.of(text.trimmingWhitespace())
    let cut = SegmentSeeker(timestampBegin: model.special.timestampBegin)
      .cut(decoded.best.tokens, seek: seek, frames: window.count)
    for piece in cut.pieces { append(piece, decoded, ratio) }
    // Two timestamps at zero would ask for the same window again, for ever.
    seek = cut.seek > seek ? cut.seek : window.upperBound
  }

  private mutating func append(_ piece: SegmentSeeker.Piece, _ decoded: Decoded, _ ratio: Float) {
    let text = model.tokenizer.decode(piece.tokens.filter { $0 < model.special.endOfText })
    guard piece.start != piece.end, !text.trimmingWhitespace().isEmpty else { return }
    allTokens += piece.tokens
    segments.append(
      Segment(
        id: segments.count + 1, seek: seek, start: piece.start, end: piece.end, text: text, tokens: piece.tokens,
        temperature: 0, avgLogprob: decoded.avgLogprob, compressionRatio: ratio, noSpeechProb: decoded.noSpeech))
  }
}

extension String {
  func trimmingWhitespace() -> String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
