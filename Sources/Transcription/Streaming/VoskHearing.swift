import SpeechEngine

/// A recogniser of libvosk, and what it says as events. On one thread.
final class VoskHearing {
  private let model: VoskModel
  private let recogniser: OpaquePointer
  private let clock: () -> Double
  private var meter = LagMeter()
  /// Samples that libvosk has.
  private var samples = 0
  private var shown: [String] = []

  private var library: VoskLibrary { model.library }
  private var heard: Double { Double(samples) / Double(AudioClip.sampleRate) }
  /// With a result libvosk is done with all that it has.
  private var stats: StreamingStats {
    var stats = meter.stats
    stats.settled = heard
    return stats
  }

  init(_ model: VoskModel, clock: @escaping () -> Double) throws(VoskError) {
    guard let recogniser = model.library.newRecogniser(model.pointer, Float(AudioClip.sampleRate)) else {
      throw .recogniserRefused(model: model.name)
    }
    self.model = model
    self.recogniser = recogniser
    self.clock = clock
    // Not vosk_recognizer_set_partial_words: with it the first tentative words come more than a second later.
    library.setWords(recogniser, 1)
  }

  deinit { library.freeRecogniser(recogniser) }

  func hear(_ piece: VoskPiece) throws(VoskError) -> [StreamingEvent] {
    for arrival in piece.arrivals { meter.heard(upTo: arrival.sample, at: arrival.at) }
    let began = clock()
    defer { meter.passed(seconds: clock() - began) }
    let verdict = piece.samples.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { library.accept(recogniser, $0, CInt(buffer.count)) } ?? 0
    }
    samples += piece.samples.count
    switch verdict {
    case 0: return try suggest()
    case 1: return try commit(library.result(recogniser))
    default: throw .soundRefused
    }
  }

  /// No sound comes any more.
  func end() throws(VoskError) -> [StreamingEvent] {
    try commit(library.finalResult(recogniser)) + [.stats(stats)]
  }

  private func suggest() throws(VoskError) -> [StreamingEvent] {
    let words = try VoskAnswer.partial(library.partialResult(recogniser))
    guard words != shown else { return [] }
    shown = words
    // When they were begun is told with the result.
    meter.showed(words, onset: nil, now: clock())
    return [.partial(committed: "", tentative: words.map { " " + $0 }.joined())]
  }

  /// Takes what libvosk says at the end of an utterance.
  private func commit(_ answer: UnsafePointer<CChar>?) throws(VoskError) -> [StreamingEvent] {
    let words = try VoskAnswer.words(answer, heard: heard)
    defer {
      meter.utteranceEnded()
      shown = []
    }
    guard let last = words.last else {
      return (shown.isEmpty ? [] : [.partial(committed: "", tentative: "")]) + [.stats(stats)]
    }
    let now = clock()
    meter.committed(ends: words.map(\.end), now: now)
    meter.showed(words.map { String($0.word.dropFirst()) }, onset: words[0].start, now: now)
    return [
      .committed(words), .partial(committed: words.map(\.word).joined(), tentative: ""), .endpoint(at: last.end),
      .stats(stats),
    ]
  }
}
