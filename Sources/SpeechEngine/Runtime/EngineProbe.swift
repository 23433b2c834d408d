/// One model's stages by hand, for `Benchmarks/Engine`: each does what a transcription does, without what surrounds it. One
/// thread at a time.
package final class EngineProbe {
  private let model: WhisperModel
  private let room: DecodingRoom
  private let window: MelSpectrogram
  private var heard: [Int: WindowCache] = [:]  // by beams

  /// - Parameters:
  ///   - threads: 0 means all cores.
  ///   - kernel: name of a kernel set, nil for the best.
  package init(model: WhisperModel, threads: Int, kernel: String? = nil) throws {
    self.model = model
    room = DecodingRoom(model, try Compute(threads: threads, kernel: kernel))
    // Noise in the range of features: what is heard makes no difference to the time.
    var random = SplitMix(seed: 1)
    let (bands, frames) = (model.shape.bands, model.shape.windowFrames)
    window = MelSpectrogram(
      bands: bands, frames: frames, values: (0..<bands * frames).map { _ in Float.random(in: -1...1, using: &random) })
  }

  /// The encoder on one window of 30 s.
  package func encode() { _ = room.encode(window) }

  /// The same, and the keys and values that the decoder makes of its output once a window.
  package func hear(beams: Int) { room.release(room.hear(window, beams: beams, checkpoint: {})) }

  /// Decodes `count` tokens of a window that was heard at the first call with so many beams.
  /// - Parameter draft: tokens that the answer may have; counts for one beam.
  /// - Returns: the answer.
  package func tokens(beams: Int, count: Int, draft: [Int]? = nil) -> [Int] {
    let cache = heard[beams] ?? room.hear(window, beams: beams, checkpoint: {})
    heard[beams] = cache
    var options = Self.options(model, beams: beams, tokens: count)
    options.draft = draft.map { .tokens($0) }
    let layout = PromptLayout(model, options)
    let prompt = layout.prompt(previous: [], language: "en", isFirst: true)
    let job = WindowJob(cache: cache, prompt: prompt, seed: 0)
    let results = WindowDecoder(room.decoder, options, layout).decode([job], checkpoint: {})
    return results.flatMap(\.tokens)
  }

  /// A fixed prompt, no fallback, no end token, and exactly `tokens` tokens a window, 1...224.
  package static func options(_ model: WhisperModel, beams: Int, tokens: Int) -> TranscriptionOptions {
    var options = TranscriptionOptions()
    options.language = "en"
    options.beamSize = beams
    options.temperatures = [0]
    options.compressionRatioThreshold = nil
    options.logProbThreshold = nil
    options.noSpeechThreshold = nil
    options.conditionOnPreviousText = false
    options.withoutTimestamps = true
    options.suppressTokens = [-1, model.special.endOfText]
    // An answer gets half of what prompt and new tokens come to (`PromptLayout.budget`), as in CTranslate2.
    let prompt = PromptLayout(model, options).prompt(previous: [], language: "en", isFirst: true)
    options.maxNewTokens = 2 * tokens - prompt.tokens.count
    return options
  }
}
