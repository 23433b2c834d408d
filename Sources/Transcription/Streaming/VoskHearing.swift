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
  /// Seconds up to which nothing was said of the utterance.
  private var quiet = 0.0
  private var wantsOnset = true

  /// Seconds that may wait before tentative words are left out: they cost time, and the committed ones matter more.
  private static let hurry = 1.0

  private var library: VoskLibrary { model.library }
  private var heard: Double { Double(samples) / Double(AudioClip.sampleRate) }

  init(_ model: VoskModel, clock: @escaping () -> Double) throws(VoskError) {
    guard let recogniser = model.library.newRecogniser(model.pointer, Float(AudioClip.sampleRate)) else {
      throw .recogniserRefused(model: model.name)
    }
    self.model = model
    self.recogniser = recogniser
    self.clock = clock
    library.setWords(recogniser, 1)
    library.setPartialWords?(recogniser, 1)
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
    case 0: return try suggest(isLate: piece.backlog > Self.hurry)
    case 1: return try commit(library.result(recogniser))
    default: throw .soundRefused
    }
  }

  /// No sound comes any more.
  func end() throws(VoskError) -> [StreamingEvent] {
    try commit(library.finalResult(recogniser)) + [.stats(meter.stats)]
  }

  private func suggest(isLate: Bool) throws(VoskError) -> [StreamingEvent] {
    if isLate {
      meter.shed(1)
      return []
    }
    let partial = try VoskAnswer.partial(library.partialResult(recogniser), heard: heard)
    defer { if partial.words.isEmpty { quiet = heard } }
    guard partial.words != shown else { return [] }
    shown = partial.words
    meter.showed(shown, onset: partial.onset ?? quiet, now: clock())
    if wantsOnset, !shown.isEmpty {
      // Times of words that may still change cost libvosk a lot, and only the first of all is needed.
      wantsOnset = false
      library.setPartialWords?(recogniser, 0)
    }
    return [.partial(committed: "", tentative: Self.text(shown))]
  }

  /// Takes what libvosk says at the end of an utterance.
  private func commit(_ answer: UnsafePointer<CChar>?) throws(VoskError) -> [StreamingEvent] {
    let words = try VoskAnswer.words(answer, heard: heard)
    defer {
      meter.utteranceEnded()
      shown = []
      quiet = heard
    }
    guard let last = words.last else { return shown.isEmpty ? [] : [.partial(committed: "", tentative: "")] }
    let now = clock()
    meter.committed(ends: words.map(\.end), now: now)
    meter.showed(words.map { String($0.word.dropFirst()) }, onset: words[0].start, now: now)
    return [
      .committed(words), .partial(committed: words.map(\.word).joined(), tentative: ""), .endpoint(at: last.end),
      .stats(meter.stats),
    ]
  }

  private static func text(_ words: [String]) -> String { words.map { " " + $0 }.joined() }
}
