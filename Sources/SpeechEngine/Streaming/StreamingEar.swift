/// Encodes and decodes what is due in several sessions, and times its words.
final class StreamingEar {
  typealias Due = (session: StreamingSession, hearing: StreamingSession.Hearing)
  private struct Window {
    let due: Due
    let cache: WindowCache
    let prompt: PromptLayout.Prompt
    let language: String
    let isShortened: Bool
  }

  let compute: Compute
  private let room: DecodingRoom
  private let options: StreamingOptions
  private let quick: TranscriptionOptions
  private let careful: TranscriptionOptions
  private let layout: PromptLayout
  /// Leaves room for the text that the model goes on from.
  private let shorter: PromptLayout
  private var model: WhisperModel { room.model }

  /// Sure enough of a language to stay with it.
  private static let sureLanguage: Float = 0.8

  init(_ model: WhisperModel, _ options: StreamingOptions, _ compute: Compute) {
    self.compute = compute
    self.options = options
    room = DecodingRoom(model, compute)
    (quick, careful) = (options.quick, options.careful)
    layout = PromptLayout(model, quick)
    let positions = model.shape.textPositions - StreamingSession.mostSaid
    shorter = PromptLayout(model, quick, positions: max(16, positions))
  }

  var largestBatch: Int { min(8, room.largestBatch) }

  /// - Parameter batch: of which all have ended, or none.
  /// - Returns: for each the words behind those that it has; nil: nothing that can be relied on.
  func hear(_ batch: [Due], checkpoint: () throws -> Void) throws -> [[HeardWord]?] {
    let options = batch.first?.hearing.isLast == true ? careful : quick
    let (windows, results) = try decode(batch, options, isFull: false, checkpoint: checkpoint)
    defer { for window in windows { room.release(window.cache) } }
    return try zip(windows, results).map { window, result in
      let doubtful = isDoubtful(result, window, options)
      if window.due.hearing.isLast, doubtful, window.isShortened {
        return try hearInFull(window.due, checkpoint: checkpoint)
      }
      if window.due.hearing.isLast { return isMadeUp(result, window, options) ? nil : words(of: result, window) }
      return doubtful ? nil : words(of: result, window)
    }
  }

  /// Once more, from all of a window and at higher temperatures where that helps.
  private func hearInFull(_ due: Due, checkpoint: () throws -> Void) throws -> [HeardWord]? {
    let (windows, results) = try decode([due], careful, isFull: true, checkpoint: checkpoint)
    defer { for window in windows { room.release(window.cache) } }
    guard let window = windows.first, let result = results.first else { return nil }
    return isMadeUp(result, window, careful) ? nil : words(of: result, window)
  }

  // MARK: - Decoding

  private func decode(
    _ batch: [Due], _ options: TranscriptionOptions, isFull: Bool, checkpoint: () throws -> Void
  ) throws -> (windows: [Window], results: [WindowResult]) {
    var windows: [Window] = []
    do {
      for due in batch { windows.append(try encode(due, isFull: isFull, checkpoint: checkpoint)) }
      let jobs = windows.map { window in
        WindowJob(
          cache: window.cache, prompt: window.prompt, seed: UInt64(window.due.hearing.range.lowerBound),
          isTriedOnce: window.isShortened, mayEndAtOnce: !window.due.hearing.said.isEmpty)
      }
      let results = try WindowDecoder(room.decoder, options, layout).decode(jobs, checkpoint: checkpoint)
      return (windows, results)
    } catch {
      for window in windows { room.release(window.cache) }
      throw error
    }
  }

  private func encode(_ due: Due, isFull: Bool, checkpoint: () throws -> Void) throws -> Window {
    let hearing = due.hearing
    let positions =
      isFull
      ? nil : options.audioContext.positions(frames: hearing.range.count, of: model.shape.audioPositions)
    // All caches are alike, so that those that are free fit the next pass.
    let cache = try room.hear(
      due.session.window(hearing), positions: positions, beams: WindowDecoder.beams(careful), checkpoint: checkpoint)
    let language = self.language(of: due, cache)
    let base = shorter.prompt(previous: hearing.previous, language: language, isFirst: false)
    return Window(
      due: due, cache: cache, prompt: PromptLayout.Prompt(task: base.task, prefix: hearing.said), language: language,
      isShortened: positions != nil)
  }

  /// Detected until it is sure, or an utterance has ended.
  private func language(of due: Due, _ cache: WindowCache) -> String {
    if let known = due.session.language { return known }
    let found = LanguageDetector(decoder: room.decoder).detect(cache)
    if due.hearing.isLast || found.probability >= Self.sureLanguage { due.session.language = found.language }
    return found.language
  }

  // MARK: - What to think of it

  private func isDoubtful(_ result: WindowResult, _ window: Window, _ options: TranscriptionOptions) -> Bool {
    AudioContext.isDoubtful(
      own(result, window), duration: Double(window.due.hearing.range.count) * WindowLoop.secondsPerFrame,
      timestampBegin: model.special.timestampBegin, options)
  }

  /// Nobody spoke, or the model repeats itself.
  private func isMadeUp(_ result: WindowResult, _ window: Window, _ options: TranscriptionOptions) -> Bool {
    options.isSilent(own(result, window))
      || options.compressionRatioThreshold.map { result.compressionRatio > $0 } ?? false
  }

  /// The mean log-probability of what the model chose itself.
  private func own(_ result: WindowResult, _ window: Window) -> WindowResult {
    let given = window.prompt.prefix.count
    guard given > 0 else { return result }
    let all = Float(result.tokens.count + 1)
    return WindowResult(
      tokens: result.tokens, temperature: result.temperature,
      avgLogprob: result.avgLogprob * all / max(1, all - Float(given)), compressionRatio: result.compressionRatio,
      noSpeech: result.noSpeech)
  }

  private func words(of result: WindowResult, _ window: Window) -> [HeardWord] {
    let hearing = window.due.hearing
    let text = result.tokens.filter { $0 < model.special.endOfText }
    guard text.count > hearing.said.count else { return [] }
    let alignment = TokenAligner(decoder: room.decoder).align(
      window.cache, task: layout.startOfTranscript(language: window.language), text: text,
      frames: hearing.range.count)
    let timing = HeardWords(
      splitter: WordSplitter(model.tokenizer, endOfText: model.special.endOfText, language: window.language),
      offset: Double(hearing.range.lowerBound) * WindowLoop.secondsPerFrame,
      duration: Double(hearing.range.count) * WindowLoop.secondsPerFrame)
    return timing.words(of: text, from: hearing.said.count, alignment)
  }
}
