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
  /// - Throws: `OptionError`, `VoiceActivityError`, `ModelError.unknownLanguage`, `AudioError` when the recording can't be
  ///   read any more, and what the closures throw.
  public func transcribe(
    _ source: some SampleSource, _ options: TranscriptionOptions = .init(),
    progress: (Double) throws -> Void = { _ in }, segment: (Segment) throws -> Void = { _ in }
  ) throws -> Transcription {
    let results = try transcribe([source], options, progress: { try progress($1) }, segment: { try segment($1) })
    return try results[0].get()
  }

  /// Transcribes several recordings together: their windows are decoded in step, `batchSize` at a time (default 8), so that
  /// the weights are read once for all of them. Each has the text that it would have alone.
  /// - Parameters:
  ///   - progress: called with the index of a recording and its seconds done.
  ///   - segment: called with the index of a recording and its next segment.
  /// - Returns: a result a recording; one that can't be read leaves the others alone.
  /// - Throws: `OptionError`, `VoiceActivityError`, and what the closures throw.
  public func transcribe(
    _ sources: [any SampleSource], _ options: TranscriptionOptions = .init(),
    progress: (Int, Double) throws -> Void = { _, _ in }, segment: (Int, Segment) throws -> Void = { _, _ in }
  ) throws -> [Result<Transcription, any Error>] {
    try withoutActuallyEscaping(progress) { progress in
      try withoutActuallyEscaping(segment) { segment in
        let desk = SourceDesk(sources, progress: progress, segment: segment)
        try transcribe(desk, options, together: sources.count > 1 ? Self.usualBatch : 1)
        return desk.results
      }
    }
  }

  /// Transcribes what a desk has, until it has nothing more. As many recordings as there is room for are decoded together; each has
  /// the text that it would have alone.
  /// - Parameter together: windows that are decoded in step; `TranscriptionOptions.batchSize` goes before it.
  /// - Throws: `OptionError`, `VoiceActivityError`, and what the desk throws.
  public func transcribe(
    _ desk: some RecordingDesk, _ options: TranscriptionOptions = .init(), together: Int = 8
  ) throws {
    try options.validate()
    defer { room.tidy() }
    var queue = RecordingQueue(desk, limit: max(1, min(options.batchSize ?? together, room.largestBatch)))
    let decoder = WindowDecoder(room.decoder, options, PromptLayout(model, options))
    while let jobs = try queue.prepare(room, open: { try pass($0, options, checkpoint: $1) }) {
      try queue.decode(jobs, with: decoder, room)
    }
  }

  private static let usualBatch = 8

  // MARK: - What is decoded

  private func pass(
    _ queued: QueuedRecording, _ options: TranscriptionOptions, checkpoint: () throws -> Void
  ) throws -> any RecordingPass {
    let source = queued.source
    let hasClips = options.clipTimestamps != [0] && !options.clipTimestamps.isEmpty
    var ranges: [Range<Int>]?
    if let wanted = options.voiceActivity, !hasClips {
      ranges = try speech(in: source, wanted, options, checkpoint: checkpoint)
    }
    guard options.batchSize != nil else {
      let recording = ranges.map { SpeechOnly(source, speech: $0) } ?? SpeechOnly(all: source)
      return try SequentialPass(recording, options, room, resume: queued.resume?.checkpoint, checkpoint: checkpoint)
    }
    // As upstream: but for given clips, times of batches are those of speech, in hundredths of a second.
    let recording = hasClips ? SpeechOnly(all: source) : SpeechOnly(source, speech: ranges ?? [0..<source.count])
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
