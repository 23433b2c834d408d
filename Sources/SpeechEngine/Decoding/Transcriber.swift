/// Turns recordings into text with one model. Holds the buffers of one decoding: use one transcriber a thread.
public final class Transcriber {
  public let model: WhisperModel
  private let compute: Compute
  private let encoder: AudioEncoder
  private var decoder: TextDecoder?

  /// - Parameters:
  ///   - threads: 0 means all cores.
  ///   - kernel: name of a kernel set (see `KernelVariant.available`), nil for the best.
  public init(_ model: WhisperModel, threads: Int = 0, kernel: String? = nil) throws(ModelError) {
    self.model = model
    compute = try Compute(threads: threads, kernel: kernel)
    encoder = AudioEncoder(model, compute)
  }

  /// - Parameters:
  ///   - progress: called with the seconds done, several times a window and with the duration at the end; what it throws
  ///     ends the work within a layer or a token.
  /// - Throws: `ModelError.unknownLanguage`, and what `progress` throws.
  public func transcribe(
    _ clip: AudioClip, _ options: TranscriptionOptions = .init(), progress: (Double) throws -> Void = { _ in }
  ) throws -> Transcription {
    let features = FeatureExtractor(bands: model.shape.bands).extract(clip, compute: compute)
    let decoder = self.decoder(
      beams: max(options.beams, options.temperatures.contains { $0 > 0 } ? options.samples : 1))
    let (language, probability) = try language(of: features, options, decoder)
    var pass = WindowLoop(model, options, language: language)
    while let window = pass.nextWindow(of: features.contentFrames) {
      let checkpoint = { try progress(Double(window.lowerBound) * 0.01) }
      decoder.begin(
        try encoder.encode(features, from: window.lowerBound, count: window.count, checkpoint: checkpoint))
      pass.accept(try pass.decode(with: decoder, checkpoint: checkpoint), window)
    }
    try progress(clip.duration)
    return Transcription(
      segments: pass.segments, language: language, languageProbability: probability, duration: clip.duration,
      skipped: pass.skipped)
  }

  /// The encoder's output [audioPositions, width] for the first window, for tests and tools.
  package func encode(_ clip: AudioClip) -> [Float] {
    let features = FeatureExtractor(bands: model.shape.bands).extract(clip, compute: compute)
    let window = min(features.contentFrames, model.shape.windowFrames)
    let output = encoder.encode(features, from: 0, count: window, checkpoint: {})
    return Array(UnsafeBufferPointer(start: output.base, count: output.count))
  }

  private func decoder(beams: Int) -> TextDecoder {
    if let decoder, decoder.beams == beams { return decoder }
    let fresh = TextDecoder(model, compute, beams: beams)
    decoder = fresh
    return fresh
  }

  /// The language that was asked for, or the likeliest one after the first token, judged on the first 30 s.
  private func language(
    of features: MelSpectrogram, _ options: TranscriptionOptions, _ decoder: TextDecoder
  ) throws(ModelError) -> (String, Float) {
    guard model.isMultilingual else { return ("en", 1) }
    if let asked = options.language {
      guard model.special.languages[asked] != nil else { throw .unknownLanguage(asked) }
      return (asked, 1)
    }
    // All frames, the padded one too, as faster-whisper takes them here.
    let window = min(features.frames, model.shape.windowFrames)
    decoder.begin(encoder.encode(features, from: 0, count: window, checkpoint: {}))
    let logits = decoder.prefill([model.special.startOfTranscript], wanted: [0])[0]
    let known = model.special.languages.sorted { $0.value < $1.value }
    let own = known.map { logits[$0.value] }
    let best = own.indices.max { own[$0] < own[$1] } ?? 0
    return (known[best].key, LogSoftmax.probability(of: best, in: own))
  }
}
