/// Tells from the scores of windows, one after the other, where utterances begin and end. Pure.
package struct SpeechGate {
  package enum Change: Equatable {
    /// Speech begins with this window.
    case began(Int)
    /// Speech ended behind this window: a pause follows it.
    case ended(Int)
  }

  private let pause: Int  // windows
  private var window = 0
  private var start = 0
  /// Windows in a row that hold speech.
  private var run = 0
  private var lastSpeech: Int?

  private static let threshold: Float = 0.5
  private static let endThreshold: Float = 0.35
  /// Windows of an utterance from which a shorter pause will do, windows from which the shortest will, and its share of the
  /// whole: whoever speaks for long draws breath, and is to be heard before a window is full.
  private static let patient = 62.0
  private static let hasty = 156.0
  private static let shortest = 0.6
  /// A single window is a click.
  private static let leastRun = 2

  /// - Parameter pause: windows without speech that end an utterance, 1 or more; six tenths of them where it has lasted for
  ///   5 s.
  package init(pause: Int) { self.pause = max(1, pause) }

  /// Behind the last window of speech of the utterance that is open; nil where none is.
  package var speechEnd: Int? { lastSpeech.map { $0 + 1 } }

  /// - Parameter score: of the next window.
  package mutating func accept(_ score: Float) -> Change? {
    defer { window += 1 }
    guard let last = lastSpeech else {
      run = score >= Self.threshold ? run + 1 : 0
      guard run >= Self.leastRun else { return nil }
      lastSpeech = window
      start = window - Self.leastRun + 1
      return .began(start)
    }
    if score >= Self.endThreshold {
      lastSpeech = window
      return nil
    }
    guard Double(window - last) >= wanted(after: Double(last - start)) else { return nil }
    return close()
  }

  private func wanted(after length: Double) -> Double {
    let haste = min(1, max(0, (length - Self.patient) / (Self.hasty - Self.patient)))
    return (Double(pause) * (1 - (1 - Self.shortest) * haste)).rounded()
  }

  /// Ends the utterance that is open.
  package mutating func close() -> Change? {
    defer {
      lastSpeech = nil
      run = 0
    }
    return lastSpeech.map { .ended($0 + 1) }
  }
}
