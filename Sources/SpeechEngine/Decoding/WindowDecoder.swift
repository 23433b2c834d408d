import Foundation

/// A window that is ready to be decoded.
struct WindowJob {
  /// Holds the window's sound.
  let cache: WindowCache
  let prompt: PromptLayout.Prompt
  /// Seeds the window's samples, so that its text doesn't depend on what is decoded beside it.
  let seed: UInt64
  /// Nothing but the first temperature: somebody else sees to what comes of it.
  var isTriedOnce = false
  /// The prefix may be all that there is to say: nothing is kept from coming first behind it.
  var mayEndAtOnce = false
}

/// Decodes windows in step, so that the weights are read once for all of them, each at higher temperatures where that is
/// needed.
struct WindowDecoder {
  private let decoder: TextDecoder
  private let options: TranscriptionOptions
  private let layout: PromptLayout
  private let suppressed: [Int]
  private let guide: DraftGuide?
  private var model: WhisperModel { decoder.model }

  init(_ decoder: TextDecoder, _ options: TranscriptionOptions, _ layout: PromptLayout) {
    self.decoder = decoder
    self.options = options
    self.layout = layout
    suppressed = decoder.suppression.ids(options.suppressTokens)
    guide = options.beamSize == 1 ? options.draft.map { DraftGuide($0, decoder.model) } : nil
  }

  /// Rows of the token cache that `options` can need.
  static func beams(_ options: TranscriptionOptions) -> Int {
    max(
      options.temperatures.isEmpty || options.temperatures.contains { $0 <= 0 } ? options.beamSize : 1,
      options.temperatures.contains { $0 > 0 } ? options.bestOf : 1)
  }

  /// - Parameter checkpoint: called before each step; what it throws ends the work.
  /// - Returns: a result a job, in their order.
  func decode(_ jobs: [WindowJob], checkpoint: () throws -> Void) rethrows -> [WindowResult] {
    let fallback = TemperatureFallback(
      temperatures: options.temperatures, compressionRatioThreshold: options.compressionRatioThreshold,
      logProbThreshold: options.logProbThreshold, noSpeechThreshold: options.noSpeechThreshold)
    let once = TemperatureFallback(
      temperatures: Array(options.temperatures.prefix(1)),
      compressionRatioThreshold: options.compressionRatioThreshold, logProbThreshold: options.logProbThreshold,
      noSpeechThreshold: options.noSpeechThreshold)
    var tries = jobs.map { TemperatureFallback.Tries(of: $0.isTriedOnce ? once : fallback) }
    var decided = [WindowResult?](repeating: nil, count: jobs.count)
    var random = jobs.map { SplitMix(seed: $0.seed) }
    while true {
      let open = decided.indices.filter { decided[$0] == nil }
      if open.isEmpty { return decided.compactMap { $0 } }
      var lanes = open.map {
        Lane(jobs[$0], chooser(jobs[$0], tries[$0].temperature, &random[$0]), tries[$0].temperature)
      }
      try run(&lanes, checkpoint: checkpoint)
      for (index, lane) in zip(open, lanes) { decided[index] = tries[index].take(result(of: lane)) }
    }
  }

  /// All samples of a window at one temperature, `bestOf` of them, for tests of their distribution.
  func samples(of job: WindowJob, temperature: Float) -> [[Int]] {
    var random = SplitMix(seed: job.seed)
    var lanes = [Lane(job, chooser(job, temperature, &random), temperature)]
    run(&lanes, checkpoint: {})
    return lanes[0].chooser.hypotheses.map(\.tokens)
  }

  // MARK: - One temperature

  /// One window on its way.
  private struct Lane {
    let job: WindowJob
    var chooser: any TokenChooser
    let temperature: Float
    var noSpeech: Float = 0
    var next: NextTokens?

    init(_ job: WindowJob, _ chooser: any TokenChooser, _ temperature: Float) {
      self.job = job
      self.chooser = chooser
      self.temperature = max(0, temperature)
    }
  }

  private func chooser(_ job: WindowJob, _ temperature: Float, _ random: inout SplitMix) -> any TokenChooser {
    let budget = layout.budget(for: job.prompt)
    let rules = rules(prefixCount: job.prompt.prefix.count, mayEndAtOnce: job.mayEndAtOnce)
    guard temperature > 0 else {  // as in `beams`
      return TokenSearch(
        .init(
          beams: options.beamSize, patience: options.patience, lengthPenalty: options.lengthPenalty,
          prefix: job.prompt.prefix, maximumTokens: budget), rules: rules)
    }
    // Each temperature draws its own numbers.
    return TokenSampler(
      samples: options.bestOf, temperature: temperature, lengthPenalty: options.lengthPenalty,
      prefix: job.prompt.prefix, maximumTokens: budget, rules: rules, random: SplitMix(seed: random.next()))
  }

  private func rules(prefixCount: Int, mayEndAtOnce: Bool) -> LogitRules {
    LogitRules(
      special: model.special, suppressed: suppressed,
      suppressedFirst: options.suppressBlank && !mayEndAtOnce ? model.suppressedFirst : [],
      withTimestamps: !options.withoutTimestamps && model.special.timestampBegin < model.shape.vocabulary,
      maxInitialTimestamp: Int(
        (max(0, min(30, options.maxInitialTimestamp)) / SpecialTokens.secondsPerTimestamp).rounded(.toNearestOrEven)),
      repetitionPenalty: options.repetitionPenalty > 0 ? options.repetitionPenalty : 1,
      noRepeatNgramSize: options.noRepeatNgramSize, prefixCount: prefixCount)
  }

  private func run(_ lanes: inout [Lane], checkpoint: () throws -> Void) rethrows {
    start(&lanes)
    if let guide, lanes.count == 1, lanes[0].temperature == 0 {
      return try follow(guide, &lanes[0], checkpoint: checkpoint)
    }
    while true {
      let open = lanes.indices.filter { lanes[$0].next != nil }
      if open.isEmpty { return }
      try checkpoint()
      let feeds = open.map { index in
        TextDecoder.Feed(
          cache: lanes[index].job.cache, tokens: lanes[index].next?.tokens ?? [], parents: lanes[index].next?.parents)
      }
      var logits = decoder.forward(feeds)[...]
      for (index, feed) in zip(open, feeds) {
        let rows = logits.prefix(feed.tokens.count * model.shape.vocabulary)
        logits = logits.dropFirst(rows.count)
        lanes[index].next = lanes[index].chooser.choose(
          from: UnsafeMutableBufferPointer(rebasing: rows), decoder.compute)
      }
    }
  }

  /// Feeds one window's tokens together with those that the draft has next. The chooser sees the rows one by one, and none
  /// behind the first that it chose otherwise: so it chooses what it would have chosen without a draft.
  private func follow(_ guide: DraftGuide, _ lane: inout Lane, checkpoint: () throws -> Void) rethrows {
    let cache = lane.job.cache
    guide.beginWindow()
    while let own = lane.next?.tokens.first {
      try checkpoint()
      guide.take(own)
      let position = cache.position
      let block = [own] + guide.proposals(atMost: model.shape.textPositions - position - 1)
      let logits = decoder.forward([.init(cache: cache, tokens: block)])
      var rows = 0
      repeat {
        if rows > 0 { guide.take(block[rows]) }
        lane.next = lane.chooser.choose(from: row(rows, of: logits), decoder.compute)
        rows += 1
      } while rows < block.count && lane.next?.tokens.first == block[rows]
      cache.rewind(to: position + rows)
    }
  }

  /// Feeds all prompts, reads how likely silence is, and lets each lane choose its first tokens.
  private func start(_ lanes: inout [Lane]) {
    for lane in lanes { lane.job.cache.rewind() }
    let feeds = lanes.map { TextDecoder.Feed(cache: $0.job.cache, tokens: $0.job.prompt.tokens) }
    var first = 0
    var wanted: [Int] = []
    var rows: [(silence: Int, answer: Int)] = []  // indices into `wanted`
    for lane in lanes {
      let prompt = lane.job.prompt
      let silence = first + (prompt.task.lastIndex(of: model.special.startOfTranscript) ?? 0)
      let answer = first + prompt.tokens.count - 1
      wanted += silence == answer ? [answer] : [silence, answer]
      rows.append((wanted.count - (silence == answer ? 1 : 2), wanted.count - 1))
      first += prompt.tokens.count
    }
    let logits = decoder.forward(feeds, wanted: wanted)
    for (index, row) in rows.enumerated() {
      if let noSpeech = model.special.noSpeech {
        lanes[index].noSpeech = LogSoftmax.probability(
          of: noSpeech, in: self.row(row.silence, of: logits), decoder.compute.kernels)
      }
      lanes[index].next = lanes[index].chooser.choose(from: self.row(row.answer, of: logits), decoder.compute)
    }
  }

  private func row(
    _ index: Int, of logits: UnsafeMutableBufferPointer<Float>
  ) -> UnsafeMutableBufferPointer<Float> {
    let vocabulary = model.shape.vocabulary
    return UnsafeMutableBufferPointer(rebasing: logits[index * vocabulary..<(index + 1) * vocabulary])
  }

  private func result(of lane: Lane) -> WindowResult {
    let best = lane.chooser.hypotheses[0]
    let count = Float(best.tokens.count)
    let text = model.tokenizer.decode(best.tokens.filter { $0 < model.special.endOfText })
    return WindowResult(
      tokens: best.tokens, temperature: lane.temperature,
      avgLogprob: best.score * pow(count, options.lengthPenalty) / (count + 1),
      compressionRatio: CompressionRatio.of(text.trimmingWhitespace()), noSpeech: lane.noSpeech)
  }
}
