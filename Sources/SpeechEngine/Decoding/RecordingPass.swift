/// A recording on its way through the decoder. Passes over several recordings share batches: each offers windows, somebody
/// decodes them in step, each takes its own results back.
protocol RecordingPass: AnyObject {
  /// Windows that can be decoded now, at most `limit`; none when all are done.
  func prepare(_ limit: Int, _ room: DecodingRoom, checkpoint: (Double) throws -> Void) throws -> [WindowJob]
  /// - Parameter results: of the windows that `prepare` gave last, in their order.
  /// - Returns: the segments that they add to the transcript.
  func accept(_ results: [WindowResult], _ room: DecodingRoom) -> [Segment]
  /// Everything but the segments.
  var summary: PassSummary { get }
  /// From where it could go on; nil at the end, and where it can't.
  var checkpoint: RecordingCheckpoint? { get }
}

/// What is known of a recording beside its segments.
struct PassSummary {
  var language = "en"
  var languageProbability: Float = 1
  let duration: Double
  let durationAfterVAD: Double
  var skipped: [SkippedSpan]
}

/// Window after window, each with the text before it as context: faster-whisper's `WhisperModel.transcribe`.
final class SequentialPass: RecordingPass {
  private let options: TranscriptionOptions
  private let layout: PromptLayout
  private let speech: SpeechOnly
  private let features: FeatureStream
  private var loop: WindowLoop
  private let detected: (language: String, probability: Float)
  /// Of the window that is open.
  private var language: String
  private var open: (window: WindowLoop.Window, cache: WindowCache, isShortened: Bool)?
  /// Frame of a window that must be heard in full.
  private var doubted: Int?

  /// - Parameter resume: of an earlier pass over the same recording.
  /// - Throws: `ModelError.unknownLanguage`, `AudioError`, and what `checkpoint` throws.
  init(
    _ speech: SpeechOnly, _ options: TranscriptionOptions, _ room: DecodingRoom, resume: RecordingCheckpoint? = nil,
    checkpoint: () throws -> Void
  ) throws {
    self.options = options
    self.speech = speech
    layout = PromptLayout(room.model, options)
    features = try FeatureStream(
      speech.samples, bands: room.model.shape.bands, compute: room.compute, checkpoint: checkpoint)
    let windowFrames = min(room.model.shape.windowFrames, max(1, options.chunkLength ?? 30) * 100)
    loop = WindowLoop(room.model, options, contentFrames: features.contentFrames, windowFrames: windowFrames)
    if let resume {
      loop.resume(resume.loop)
      detected = (resume.language, resume.languageProbability)
    } else {
      detected = try Self.language(of: features, windowFrames: windowFrames, options, room, checkpoint: checkpoint)
    }
    language = detected.language
  }

  /// The language that was asked for, or what the first windows sound like.
  private static func language(
    of features: FeatureStream, windowFrames: Int, _ options: TranscriptionOptions, _ room: DecodingRoom,
    checkpoint: () throws -> Void
  ) throws -> (language: String, probability: Float) {
    if let known = try KnownLanguage.of(options, room.model) { return known }
    // All frames, the padded one too, as faster-whisper takes them here.
    let first = Int(max(0, min(1e7, options.clipTimestamps.first ?? 0)) * WindowLoop.framesPerSecond)
    let start = first < features.contentFrames ? first : 0
    let end = min(features.frames, start + max(1, options.languageDetectionSegments) * windowFrames)
    var at = start
    var last: WindowCache?
    defer { if let last { room.release(last) } }
    return try LanguageDetector(decoder: room.decoder).vote(threshold: options.languageDetectionThreshold) {
      guard at < end else { return nil }
      let count = min(windowFrames, end - at)
      if let used = last { room.release(used) }
      last = nil
      let cache = try room.hear(try features.window(from: at, count: count), beams: 1, checkpoint: checkpoint)
      last = cache
      at += windowFrames
      return cache
    }
  }

  func prepare(_ limit: Int, _ room: DecodingRoom, checkpoint: (Double) throws -> Void) throws -> [WindowJob] {
    guard limit > 0, let window = loop.next() else { return [] }
    let positions = positions(for: window, room)
    let features = try features.window(from: window.frames.lowerBound, count: window.frames.count)
    let cache = try room.hear(features, positions: positions, beams: WindowDecoder.beams(options)) {
      try checkpoint(speech.original(window.start))
    }
    if options.multilingual, room.model.isMultilingual {
      language = LanguageDetector(decoder: room.decoder).detect(cache).language
    }
    open = (window, cache, positions != nil)
    let prompt = layout.prompt(previous: window.previous, language: language, isFirst: window.isFirst)
    let seed = options.seed ^ UInt64(window.frames.lowerBound)
    return [WindowJob(cache: cache, prompt: prompt, seed: seed, isTriedOnce: positions != nil)]
  }

  /// Positions to encode of a window; nil: all.
  private func positions(for window: WindowLoop.Window, _ room: DecodingRoom) -> Int? {
    let isAlone = features.contentFrames <= room.model.shape.windowFrames
    let hasContext = options.initialPrompt != nil || options.hotwords != nil || options.prefix != nil
    guard isAlone, !hasContext, window.previous.isEmpty, doubted != window.frames.lowerBound else { return nil }
    return options.audioContext.positions(frames: window.frames.count, of: room.model.shape.audioPositions)
  }

  func accept(_ results: [WindowResult], _ room: DecodingRoom) -> [Segment] {
    guard let (window, cache, isShortened) = open, let result = results.first else { return [] }
    open = nil
    defer { room.release(cache) }
    let begin = room.model.special.timestampBegin
    if isShortened, AudioContext.isDoubtful(result, duration: window.duration, timestampBegin: begin, options) {
      doubted = window.frames.lowerBound  // and so `prepare` gives it once more
      return []
    }
    let segments = loop.accept(result, window, language: language) { text in
      TokenAligner(decoder: room.decoder).align(
        cache, task: layout.startOfTranscript(language: language), text: text, frames: window.frames.count)
    }
    return speech.restore(segments)
  }

  var checkpoint: RecordingCheckpoint? {
    guard let standing = loop.standing, let window = loop.next() else { return nil }
    return RecordingCheckpoint(
      seconds: speech.original(window.start), language: detected.language,
      languageProbability: detected.probability, loop: standing)
  }

  var summary: PassSummary {
    PassSummary(
      language: detected.language, languageProbability: detected.probability, duration: speech.duration,
      durationAfterVAD: speech.samples.duration, skipped: speech.dropped + speech.restore(loop.skipped))
  }
}

/// The language when nothing needs to be heard for it.
enum KnownLanguage {
  static func of(_ options: TranscriptionOptions, _ model: WhisperModel) throws(ModelError) -> (
    language: String, probability: Float
  )? {
    guard model.isMultilingual else { return ("en", 1) }
    guard let asked = options.language else { return nil }
    guard model.special.languages[asked] != nil else { throw .unknownLanguage(asked) }
    return (asked, 1)
  }
}
