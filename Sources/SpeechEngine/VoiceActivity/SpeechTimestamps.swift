/// Turns a window's scores into stretches of speech, decision for decision as faster-whisper 1.2.1's
/// `get_speech_timestamps` does.
package struct SpeechTimestamps {
  /// Samples.
  private typealias Stretch = (start: Int, end: Int)

  /// Silence, in samples, at which speech that gets too long may be cut: 98 ms.
  private static let cuttingSilence = 98.0 * 16
  private static let window = SpeechWindow.length

  private let options: VoiceActivityOptions
  private let total: Int
  private let longest: Double
  private let shortest: Double
  private let parting: Double

  private var found: [Stretch] = []
  /// Where the speech began that is going on.
  private var start: Int?
  /// Where the score fell below the end threshold; 0: it did not, or rose again.
  private var silenceStart = 0
  /// The last silence that was long enough to cut at, and where speech began again after it.
  private var cutEnd = 0
  private var cutStart = 0

  /// - Parameters:
  ///   - probabilities: a score a window of 512 samples.
  ///   - total: samples of the recording.
  /// - Returns: stretches in samples, ascending and disjoint, within 0..<total.
  package static func ranges(_ probabilities: [Float], total: Int, options: VoiceActivityOptions) -> [Range<Int>] {
    var state = Self(total: total, options)
    for (index, probability) in probabilities.enumerated() { state.accept(probability, at: index * window) }
    state.close()
    state.pad()
    return state.found.map { $0.start..<max($0.start, $0.end) }
  }

  private init(total: Int, _ options: VoiceActivityOptions) {
    self.options = options
    self.total = total
    let pad = 16.0 * Double(options.speechPadMs)
    longest = 16_000 * options.maxSpeechDurationSeconds - Double(Self.window) - 2 * pad
    shortest = 16 * Double(options.minSpeechDurationMs)
    parting = 16 * Double(options.minSilenceDurationMs)
  }

  private mutating func accept(_ probability: Float, at position: Int) {
    if probability >= options.threshold, silenceStart > 0 {
      silenceStart = 0
      if cutStart < cutEnd { cutStart = position }
    }
    guard let began = start else {
      if probability >= options.threshold { start = position }
      return
    }
    if Double(position - began) > longest, !cut(began, at: position) { return }
    if probability < options.endThreshold, let began = start { endOrWait(began, at: position) }
  }

  /// Ends speech that got too long. False when nothing is left to be said about this window.
  private mutating func cut(_ began: Int, at position: Int) -> Bool {
    if cutEnd > 0 {
      let resumed = cutStart < cutEnd ? nil : cutStart
      end(began, at: cutEnd)
      start = resumed
      return true
    }
    end(began, at: position)
    return false
  }

  private mutating func endOrWait(_ began: Int, at position: Int) {
    if silenceStart == 0 { silenceStart = position }
    let silence = Double(position - silenceStart)
    if silence > Self.cuttingSilence { cutEnd = silenceStart }
    if silence < parting { return }
    end(began, at: silenceStart, keep: Double(silenceStart - began) > shortest)
  }

  private mutating func end(_ began: Int, at position: Int, keep: Bool = true) {
    if keep { found.append((began, position)) }
    start = nil
    (cutEnd, cutStart, silenceStart) = (0, 0, 0)
  }

  private mutating func close() {
    if let began = start, Double(total - began) > shortest { found.append((began, total)) }
  }

  /// Widens every stretch; two that are nearer than two pads meet in the middle.
  private mutating func pad() {
    let pad = 16 * options.speechPadMs
    guard let last = found.indices.last else { return }
    found[0].start = max(0, found[0].start - pad)
    for index in 0..<last {
      let silence = found[index + 1].start - found[index].end
      let widening = silence < 2 * pad ? silence / 2 : pad
      found[index].end = min(total, found[index].end + widening)
      found[index + 1].start = max(0, found[index + 1].start - widening)
    }
    found[last].end = min(total, found[last].end + pad)
  }
}
