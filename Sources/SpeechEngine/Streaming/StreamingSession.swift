/// One speaker whose words are wanted while they speak. Sound goes in, events come out; a `StreamingTranscriber` hears it.
/// On the transcriber's thread.
public final class StreamingSession {
  /// A pass that is due.
  struct Hearing {
    /// Frames.
    let range: Range<Int>
    let isLast: Bool
    /// Text that the model goes on from.
    let said: [Int]
    let previous: [Int]
  }

  private let options: StreamingOptions
  private let clock: () -> Double
  private var detector: any LiveSpeechDetector
  private var features: StreamingFeatures
  private var gate: SpeechGate
  private var meter = LagMeter()
  private var events: [StreamingEvent] = []
  /// Utterances in their order; all but the last have ended.
  private var queue: [Utterance] = []
  private var samples = 0
  /// Samples when it was told last how the session does.
  private var told = 0
  private var previous: [Int] = []
  private var step: Double
  private var hasEnded = false
  /// No event comes any more.
  public private(set) var isFinished = false
  /// Known from the options or from what was said.
  var language: String?

  private static let piece = 8192  // samples
  /// Samples of silence after which that is told.
  private static let quiet = 5 * AudioClip.sampleRate
  /// Seconds that speech may have begun before it is seen.
  private static let unseen = 0.6
  private static let windowFrames = Double(SpeechWindow.length) / Double(LogMel.hop)
  /// Frames before and behind an utterance.
  private static let pad = 30
  /// Frames from which an utterance is cut: a window must hold it.
  private static let longest = 2800
  private static let longestCommitted = 2000
  /// How much the levels of speech differ at least: 5 dB, as log10.
  private static let leastSwing: Float = 0.5
  /// Seconds of an utterance before the first pass.
  private static let firstStep = 0.4
  /// Tokens that the model goes on from, and that stand before them, at most.
  static let mostSaid = 80
  private static let mostPrevious = 100

  init(
    _ options: StreamingOptions, language: String?, bands: Int, _ compute: Compute, detector: any LiveSpeechDetector,
    clock: @escaping () -> Double
  ) {
    self.options = options
    self.language = language
    self.clock = clock
    self.detector = detector
    features = StreamingFeatures(bands: bands, compute)
    gate = SpeechGate(pause: Int((options.pause * 100 / Self.windowFrames).rounded()))
    step = options.step
  }

  // MARK: - Sound

  /// Takes the next samples: 16 kHz, one channel, within about -1...1; what is no number counts as silence. Any number of
  /// them, at any speed.
  /// - Parameter arrival: when they were there, by the transcriber's clock; nil: now.
  public func feed(_ new: [Float], at arrival: Double? = nil) {
    guard !hasEnded else { return }
    for start in stride(from: 0, to: new.count, by: Self.piece) {
      take(new[start..<min(start + Self.piece, new.count)])
    }
    meter.heard(upTo: samples, at: arrival ?? clock())
    if queue.isEmpty, samples - told >= Self.quiet { tellStats() }
  }

  /// No sound comes any more: what is open is heard to its end.
  public func end() {
    guard !hasEnded else { return }
    take([Float](repeating: 0, count: LogMel.frameLength / 2)[...])
    hasEnded = true
    if let change = gate.close() { apply(change) }
    finishIfDone()
  }

  /// Nobody wants the words any more.
  public func cancel() {
    hasEnded = true
    queue = []
    isFinished = true
  }

  /// What happened since it was asked for last.
  public func takeEvents() -> [StreamingEvent] {
    defer { events = [] }
    return events
  }

  /// Seconds of sound that are waiting to be heard.
  public var backlog: Double {
    queue.reduce(0) {
      $0 + Double(max(0, ($1.end ?? features.end) - ($1.heard ?? $1.start))) / WindowLoop.framesPerSecond
    }
  }

  public var stats: StreamingStats {
    var stats = meter.stats
    let open = queue.first.map { max($0.onset - Self.unseen, $0.words.committedEnd ?? 0) }
    stats.settled = max(0, open ?? (isFinished ? stats.heard : stats.heard - Self.unseen))
    return stats
  }

  private func tellStats() {
    told = samples
    events.append(.stats(stats))
  }

  private func take(_ piece: ArraySlice<Float>) {
    let sound = piece.map { abs($0) <= PCMFormat.loudest ? $0 : 0 }
    samples += sound.count
    features.append(sound[...])
    for score in sound.withUnsafeBufferPointer({ detector.append($0) }) {
      if let change = gate.accept(score) { apply(change) }
    }
    if let open = queue.last, open.end == nil, features.end - open.start >= Self.longest { cut() }
    features.drop(before: queue.first?.start ?? features.end - 2 * Self.pad)
  }

  private func apply(_ change: SpeechGate.Change) {
    switch change {
    case .began(let window):
      let frame = Int(Double(window) * Self.windowFrames)
      let start = max(frame - Self.pad, queue.last?.end ?? 0, features.firstFrame)
      queue.append(Utterance(start: start, onset: Double(frame) / WindowLoop.framesPerSecond))
    case .ended(let window):
      guard let last = queue.indices.last else { return }
      features.settle()
      queue[last].end = min(features.end, Int(Double(window) * Self.windowFrames) + Self.pad)
    }
  }

  /// Ends an utterance that a window can't hold much longer, where it is quietest, and begins the next there.
  private func cut() {
    let last = queue.count - 1
    features.settle()
    let end = features.quietest(in: features.end - Self.longest / 5..<features.end)
    queue[last].end = end
    queue.append(Utterance(start: end, onset: Double(end) / WindowLoop.framesPerSecond))
  }

  // MARK: - Passes

  /// What is to be heard now.
  func due() -> Hearing? {
    dropNoise()
    guard let next = queue.first else { return nil }
    if let end = next.end {
      return Hearing(range: next.start..<max(next.start + 1, end), isLast: true, said: next.said, previous: previous)
    }
    let speech = Int(Double(gate.speechEnd ?? 0) * Self.windowFrames) + Self.pad / 2
    let fresh = min(features.end, speech) - (next.heard ?? Int(next.onset * WindowLoop.framesPerSecond))
    let wanted = next.heard == nil ? Self.firstStep : step
    guard Double(fresh) >= wanted * WindowLoop.framesPerSecond, isLively(next, upTo: speech) else { return nil }
    features.settle()
    if step > options.step, next.heard != nil { meter.shed(Int(step / options.step) - 1) }
    return Hearing(range: next.start..<features.end, isLast: false, said: next.said, previous: previous)
  }

  /// Noise that sets in looks like speech to a detector until it goes on, and models make up words for it.
  private func dropNoise() {
    while let first = queue.first, let end = first.end, first.heard == nil, !isLively(first, upTo: end - Self.pad) {
      queue.removeFirst()
      let seconds = Double(end - Self.pad) / WindowLoop.framesPerSecond
      events.append(.skipped(SkippedSpan(start: first.onset, end: seconds, reason: .voiceActivity)))
    }
    finishIfDone()
  }

  private func isLively(_ utterance: Utterance, upTo end: Int) -> Bool {
    let onset = Int(utterance.onset * WindowLoop.framesPerSecond)
    return features.swing(onset..<max(onset + 1, end)) >= Self.leastSwing
  }

  func window(_ hearing: Hearing) -> MelSpectrogram { features.window(hearing.range) }

  /// Takes what a pass found.
  /// - Parameters:
  ///   - found: the words behind `hearing.said`; nil: nothing that can be relied on.
  ///   - seconds: that the pass took.
  func accept(_ found: [HeardWord]?, of hearing: Hearing, seconds: Double) {
    guard !queue.isEmpty else { return }
    let now = clock()
    meter.passed(seconds: seconds)
    step = max(options.step, min(10, seconds / options.share))
    queue[0].heard = hearing.range.upperBound
    let end = Double(hearing.range.upperBound) / WindowLoop.framesPerSecond
    var fresh: [HeardWord] = []
    if hearing.isLast {
      fresh = queue[0].finish(found ?? [])
    } else if let found {
      // A grown step is as much new sound as several.
      let agreement = min(options.agreement, step >= 2 * options.step ? 2 : options.agreement)
      fresh = queue[0].take(
        found, agreement: agreement, certainty: options.certainty, until: end - options.edge)
    }
    tell(fresh, now)
    if hearing.isLast { close(hearing, end) } else { trim() }
    features.drop(before: queue.first?.start ?? features.end - 2 * Self.pad)
    finishIfDone()
  }

  private func tell(_ fresh: [HeardWord], _ now: Double) {
    if !fresh.isEmpty {
      events.append(.committed(fresh.map(\.word)))
      meter.committed(ends: fresh.map(\.end), now: now)
    }
    let partial = StreamingEvent.partial(committed: queue[0].committed, tentative: queue[0].tentative)
    let before = meter.stats.updates
    meter.showed(queue[0].shown, onset: queue[0].onset, now: now)
    if meter.stats.updates > before { events.append(partial) }
  }

  private func close(_ hearing: Hearing, _ end: Double) {
    let done = queue.removeFirst()
    if done.committed.isEmpty {
      events.append(.skipped(SkippedSpan(start: done.onset, end: end, reason: .noText)))
    }
    if options.conditionOnPreviousText { previous = (previous + done.said).suffix(Self.mostPrevious) }
    meter.utteranceEnded()
    events.append(.endpoint(at: end - Double(Self.pad) / WindowLoop.framesPerSecond))
    tellStats()
  }

  private func trim() {
    let after = Int(options.trimAfter * WindowLoop.framesPerSecond)
    if features.end - queue[0].start >= after { queue[0].trim(atSentence: true) }
    if features.end - queue[0].start >= Self.longestCommitted || queue[0].said.count > Self.mostSaid {
      queue[0].trim(atSentence: false)
    }
  }

  private func finishIfDone() {
    guard hasEnded, queue.isEmpty, !isFinished else { return }
    isFinished = true
    tellStats()
  }
}
