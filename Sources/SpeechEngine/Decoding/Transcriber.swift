/// Turns recordings into text with one model. Holds the buffers of one decoding: use one transcriber a thread.
public final class Transcriber {
  public let model: WhisperModel
  /// Finds speech where `TranscriptionOptions.voiceActivity` asks for it.
  public let detector: VoiceActivityDetector
  private let compute: Compute
  private let room: DecodingRoom

  /// - Parameters:
  ///   - threads: 0 means all cores.
  ///   - kernel: name of a kernel set (see `KernelVariant.available`), nil for the best.
  ///   - detector: finds speech; nil: the built-in one.
  public init(
    _ model: WhisperModel, threads: Int = 0, kernel: String? = nil, detector: VoiceActivityDetector? = nil
  ) throws {
    self.model = model
    compute = try Compute(threads: threads, kernel: kernel)
    room = DecodingRoom(model, compute)
    self.detector = try detector ?? VoiceActivityDetector()
  }

  /// - Parameters:
  ///   - progress: called with the seconds done, several times a window and with the duration at the end; what it throws
  ///     ends the work within a layer or a token.
  ///   - segment: called with each segment as soon as its window is decoded.
  /// - Throws: `ModelError.unknownLanguage`, `AudioError` when the recording can't be read any more, and what the closures
  ///   throw.
  public func transcribe(
    _ source: some SampleSource, _ options: TranscriptionOptions = .init(),
    progress: (Double) throws -> Void = { _ in }, segment: (Segment) throws -> Void = { _ in }
  ) throws -> Transcription {
    try transcribe([source], options, progress: { try progress($1) }, segment: { try segment($1) })[0]
  }

  /// Transcribes several recordings together: their windows are decoded in step, `batchSize` at a time (default 8), so that
  /// the weights are read once for all of them. Each has the text that it would have alone.
  /// - Parameters:
  ///   - progress: called with the index of a recording and its seconds done.
  ///   - segment: called with the index of a recording and its next segment.
  public func transcribe(
    _ sources: [any SampleSource], _ options: TranscriptionOptions = .init(),
    progress: (Int, Double) throws -> Void = { _, _ in }, segment: (Int, Segment) throws -> Void = { _, _ in }
  ) throws -> [Transcription] {
    let batch = max(1, min(Self.largestBatch, options.batchSize ?? (sources.count > 1 ? Self.usualBatch : 1)))
    let passes = try sources.indices.map { index in
      try pass(sources[index], options) { try progress(index, 0) }
    }
    let decoder = WindowDecoder(room.decoder, options, PromptLayout(model, options))
    var segments = sources.map { _ in [Segment]() }
    while true {
      var (jobs, owners): ([WindowJob], [(pass: Int, count: Int)]) = ([], [])
      for (index, pass) in passes.enumerated() where jobs.count < batch {
        let own = try pass.prepare(batch - jobs.count, room) { try progress(index, $0) }
        if !own.isEmpty { owners.append((index, own.count)) }
        jobs += own
      }
      if jobs.isEmpty { break }
      let busy = owners[0].pass
      var results = try decoder.decode(jobs) { try progress(busy, segments[busy].last?.end ?? 0) }[...]
      for (index, count) in owners {
        let found = passes[index].accept(Array(results.prefix(count)), room)
        results = results.dropFirst(count)
        segments[index] += found
        for item in found { try segment(index, item) }
      }
    }
    for (index, source) in sources.enumerated() { try progress(index, source.duration) }
    return zip(passes, segments).map { transcription($0.summary, $1) }
  }

  private static let usualBatch = 8
  private static let largestBatch = 64

  private func transcription(_ summary: PassSummary, _ segments: [Segment]) -> Transcription {
    Transcription(
      segments: segments, language: summary.language, languageProbability: summary.languageProbability,
      duration: summary.duration, durationAfterVAD: summary.durationAfterVAD,
      skipped: summary.skipped.sorted { $0.start < $1.start })
  }

  // MARK: - What is decoded

  private func pass(
    _ source: any SampleSource, _ options: TranscriptionOptions, checkpoint: () throws -> Void
  ) throws -> any RecordingPass {
    let hasClips = options.clipTimestamps != [0] && !options.clipTimestamps.isEmpty
    var ranges: [Range<Int>]?
    if let wanted = options.voiceActivity, !hasClips {
      ranges = try speech(in: source, wanted, options, checkpoint: checkpoint)
    }
    let recording = ranges.map { SpeechOnly(source, speech: $0) } ?? SpeechOnly(all: source)
    guard options.batchSize != nil else {
      return try SequentialPass(recording, options, room, checkpoint: checkpoint)
    }
    let longest = Double(max(1, min(30, options.chunkLength ?? 30)))
    let chunks =
      ranges.map { SoundChunk.speech($0, of: source, longest: longest) }
      ?? SoundChunk.clips(hasClips ? options.clipTimestamps : [0], of: source, longest: longest)
    return try ChunkedPass(recording, chunks, options, room, checkpoint: checkpoint)
  }

  private func speech(
    in source: any SampleSource, _ wanted: VoiceActivityOptions, _ options: TranscriptionOptions,
    checkpoint: () throws -> Void
  ) throws -> [Range<Int>] {
    var wanted = wanted
    if options.batchSize != nil { wanted.maxSpeechDurationSeconds = Double(options.chunkLength ?? 30) }
    return try detector.speech(count: source.count, options: wanted, checkpoint: { _ in try checkpoint() }) {
      try source.read($0, into: $1)
    }
  }

  /// The encoder's output [audioPositions, width] for the first window, for tests and tools.
  package func encode(_ source: some SampleSource) throws -> [Float] {
    let stream = try FeatureStream(source, bands: model.shape.bands, compute: compute)
    let window = try stream.window(from: 0, count: min(stream.contentFrames, model.shape.windowFrames))
    let output = room.encode(window)
    return Array(UnsafeBufferPointer(start: output.base, count: output.count))
  }

  /// Samples of the first window, for tests of their distribution.
  /// - Parameters:
  ///   - options: `bestOf` samples are drawn a round, at the first of `temperatures`.
  ///   - rounds: each has the next seed.
  package func samples(
    of source: some SampleSource, _ options: TranscriptionOptions, rounds: Int
  ) throws -> [[Int]] {
    let stream = try FeatureStream(source, bands: model.shape.bands, compute: compute)
    let window = try stream.window(from: 0, count: min(stream.contentFrames, model.shape.windowFrames))
    let cache = room.hear(window, beams: WindowDecoder.beams(options), checkpoint: {})
    let layout = PromptLayout(model, options)
    let decoder = WindowDecoder(room.decoder, options, layout)
    let prompt = layout.prompt(previous: [], language: options.language ?? "en", isFirst: true)
    return (0..<rounds).flatMap { round in
      let job = WindowJob(cache: cache, prompt: prompt, seed: options.seed &+ UInt64(round))
      return decoder.samples(of: job, temperature: options.temperatures.first ?? 1)
    }
  }
}
