import Foundation

/// Hears speech while it goes on, for several speakers with one model: passes that are due together are decoded in step, so
/// that the weights are read once for all of them. Each speaker has the words that they would have alone. One thread at a
/// time; `WhisperModel.listen` has a thread of its own.
///
/// ```swift
/// let transcriber = try StreamingTranscriber(model)
/// let session = try transcriber.open()
/// session.feed(samples)
/// while try transcriber.advance() {}
/// for event in session.takeEvents() { print(event) }
/// ```
///
/// What is decoded is an utterance: speech up to a pause. It is decoded again as it grows; words that two passes in a row
/// agree on are committed, and from then on the model goes on from them. At the pause it is decoded whole. Nothing is
/// decoded while nobody speaks.
public final class StreamingTranscriber {
  public let model: WhisperModel
  public let options: StreamingOptions
  private let detector: VoiceActivityDetector
  private let clock: () -> Double
  private let ear: StreamingEar
  private var sessions: [StreamingSession] = []

  /// - Parameters:
  ///   - threads: 0 means all cores. Default 1: words that come a little later leave the other cores to other work.
  ///   - kernel: name of a kernel set (see `KernelVariant.available`), nil for the best.
  ///   - detector: finds speech; nil: the built-in one.
  ///   - clock: seconds from any moment on, never going back; lag is measured by it. Default: the system's.
  /// - Throws: `OptionError`, `ModelError.unknownLanguage`, `ModelError.kernelUnavailable`.
  public init(
    _ model: WhisperModel, _ options: StreamingOptions = .init(), threads: Int = 1, kernel: String? = nil,
    detector: VoiceActivityDetector? = nil, clock: @escaping () -> Double = StreamingTranscriber.systemClock
  ) throws {
    try options.validate()
    _ = try KnownLanguage.of(options.quick, model)
    self.model = model
    self.options = options
    self.detector = try detector ?? VoiceActivityDetector(kernel: kernel)
    self.clock = clock
    ear = StreamingEar(model, options, try Compute(threads: threads, kernel: kernel))
  }

  /// Seconds since the machine started.
  public static func systemClock() -> Double { ProcessInfo.processInfo.systemUptime }

  /// A speaker more.
  public func open() -> StreamingSession {
    let language = (try? KnownLanguage.of(options.quick, model))?.language
    let session = StreamingSession(
      options, language: language, bands: model.shape.bands, ear.compute, detector: detector.live(), clock: clock)
    sessions.append(session)
    return session
  }

  /// Hears what is due, once for each session.
  /// - Parameter checkpoint: called before each layer of the encoder and each token; what it throws ends the work, and the
  ///   next call begins it again.
  /// - Returns: false when nothing was due.
  public func advance(checkpoint: () throws -> Void = {}) throws -> Bool {
    sessions.removeAll(where: \.isFinished)
    let due = sessions.compactMap { session in session.due().map { (session: session, hearing: $0) } }
    guard !due.isEmpty else { return false }
    // Those that go on and those that have ended are decoded in different ways.
    for isLast in [true, false] {
      var rest = due.filter { $0.hearing.isLast == isLast }[...]
      while !rest.isEmpty {
        let batch = Array(rest.prefix(ear.largestBatch))
        rest = rest.dropFirst(batch.count)
        let start = clock()
        let found = try ear.hear(batch, checkpoint: checkpoint)
        let seconds = clock() - start
        for (item, words) in zip(batch, found) { item.session.accept(words, of: item.hearing, seconds: seconds) }
      }
    }
    return true
  }
}
