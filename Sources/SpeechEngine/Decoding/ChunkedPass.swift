/// Chunks of one recording that need nothing from each other and are decoded together: faster-whisper's
/// `BatchedInferencePipeline`, but a chunk that fails is tried again at higher temperatures, and silence is left out.
final class ChunkedPass: RecordingPass {
  private let options: TranscriptionOptions
  private let layout: PromptLayout
  private let recording: SpeechOnly
  private let chunks: [SoundChunk]
  private let bands: Int
  private let detected: (language: String, probability: Float)
  private let initialPrompt: [Int]
  private var next = 0
  private var open: [(chunk: SoundChunk, cache: WindowCache, language: String, frames: Int)] = []
  private var emitted = 0
  private var lastSpeech = 0.0
  private var skipped: [SkippedSpan] = []

  /// - Throws: `ModelError.unknownLanguage`, `AudioError`, and what `checkpoint` throws.
  init(
    _ recording: SpeechOnly, _ chunks: [SoundChunk], _ options: TranscriptionOptions, _ room: DecodingRoom,
    checkpoint: () throws -> Void
  ) throws {
    self.options = options
    self.recording = recording
    self.chunks = chunks
    layout = PromptLayout(room.model, options)
    bands = room.model.shape.bands
    initialPrompt = Self.tokens(of: options.initialPrompt, room.model)
    detected = try Self.language(of: chunks, options, room, checkpoint: checkpoint)
  }

  /// As faster-whisper does here, without a leading space.
  private static func tokens(of prompt: TranscriptionOptions.Prompt?, _ model: WhisperModel) -> [Int] {
    switch prompt {
    case nil: []
    case .text(let text): model.tokenizer.encode(text)
    case .tokens(let ids): ids.filter { (0..<model.shape.vocabulary).contains($0) }
    }
  }

  private static func language(
    of chunks: [SoundChunk], _ options: TranscriptionOptions, _ room: DecodingRoom, checkpoint: () throws -> Void
  ) throws -> (language: String, probability: Float) {
    if let known = try KnownLanguage.of(options, room.model) { return known }
    let windowFrames = room.model.shape.windowFrames
    let joined = try JoinedFeatures(
      of: chunks, bands: room.model.shape.bands, limit: max(1, options.languageDetectionSegments) * windowFrames,
      room.compute)
    var at = 0
    var last: WindowCache?
    defer { if let last { room.release(last) } }
    return try LanguageDetector(decoder: room.decoder).vote(threshold: options.languageDetectionThreshold) {
      guard at < joined.frames else { return nil }
      if let used = last { room.release(used) }
      last = nil
      let window = joined.window(from: at, count: min(windowFrames, joined.frames - at))
      let cache = try room.hear(window, beams: 1, checkpoint: checkpoint)
      last = cache
      at += windowFrames
      return cache
    }
  }

  func prepare(_ limit: Int, _ room: DecodingRoom, checkpoint: (Double) throws -> Void) throws -> [WindowJob] {
    let taken = chunks[next...].prefix(limit)
    let jobs = try taken.map { chunk in
      let features = try FeatureStream.chunk(chunk.samples, bands: bands, compute: room.compute)
      let cache = try room.hear(features, beams: WindowDecoder.beams(options)) {
        try checkpoint(recording.original(chunk.offset))
      }
      var language = detected.language
      if options.multilingual, room.model.isMultilingual {
        language = LanguageDetector(decoder: room.decoder).detect(cache).language
      }
      open.append((chunk, cache, language, chunk.alignedFrames))
      let prompt = layout.prompt(previous: initialPrompt, language: language, isFirst: false)
      return WindowJob(cache: cache, prompt: prompt, seed: options.seed ^ UInt64(chunk.seek))
    }
    next += taken.count
    return jobs
  }

  func accept(_ results: [WindowResult], _ room: DecodingRoom) -> [Segment] {
    var segments: [Segment] = []
    for (result, item) in zip(results, open) {
      segments += self.segments(of: result, item.chunk, language: item.language, room.model) { text in
        TokenAligner(decoder: room.decoder).align(
          item.cache, task: layout.startOfTranscript(language: item.language), text: text, frames: item.frames)
      }
      room.release(item.cache)
    }
    open = []
    return recording.restore(segments)
  }

  private func segments(
    of result: WindowResult, _ chunk: SoundChunk, language: String, _ model: WhisperModel,
    align: ([Int]) -> TokenAlignment?
  ) -> [Segment] {
    if options.isSilent(result) {
      skipped.append(SkippedSpan(start: chunk.offset, end: chunk.offset + chunk.duration, reason: .noSpeech))
      return []
    }
    let cut = SegmentSeeker(timestampBegin: model.special.timestampBegin).cut(
      result.tokens, seek: chunk.seek, frames: chunk.alignedFrames, offset: chunk.offset, duration: chunk.duration)
    var pieces = cut.pieces.map { TimedPiece(start: $0.start, end: $0.end, tokens: $0.tokens) }
    if options.wordTimestamps { time(&pieces, chunk, language: language, model, align) }
    let segments = pieces.compactMap { segment($0, result, chunk, model) }
    if segments.isEmpty {
      skipped.append(SkippedSpan(start: chunk.offset, end: chunk.offset + chunk.duration, reason: .noText))
    }
    return segments
  }

  private func time(
    _ pieces: inout [TimedPiece], _ chunk: SoundChunk, language: String, _ model: WhisperModel,
    _ align: ([Int]) -> TokenAlignment?
  ) {
    let timing = WordTiming(model.tokenizer, endOfText: model.special.endOfText, language: language, options)
    let text = timing.text(of: pieces)
    lastSpeech = timing.addWords(
      to: &pieces, text.isEmpty ? nil : align(text), offset: Double(chunk.seek) / WindowLoop.framesPerSecond,
      lastSpeech: lastSpeech)
  }

  private func segment(
    _ piece: TimedPiece, _ result: WindowResult, _ chunk: SoundChunk, _ model: WhisperModel
  ) -> Segment? {
    let text = model.tokenizer.decode(piece.tokens.filter { $0 < model.special.endOfText })
    if text.trimmingWhitespace().isEmpty { return nil }
    emitted += 1
    return Segment(
      id: emitted, seek: chunk.seek, start: Self.thousandths(piece.start), end: Self.thousandths(piece.end),
      text: text, tokens: piece.tokens, temperature: Double(result.temperature), avgLogprob: result.avgLogprob,
      compressionRatio: CompressionRatio.of(text), noSpeechProb: result.noSpeech,
      words: options.wordTimestamps ? piece.words : nil)
  }

  private static func thousandths(_ seconds: Double) -> Double { (seconds * 1000).rounded(.toNearestOrEven) / 1000 }

  var checkpoint: RecordingCheckpoint? { nil }

  var summary: PassSummary {
    PassSummary(
      language: detected.language, languageProbability: detected.probability, duration: recording.duration,
      durationAfterVAD: chunks.reduce(0) { $0 + $1.duration }, skipped: recording.dropped + recording.restore(skipped))
  }
}
