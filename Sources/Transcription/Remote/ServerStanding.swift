package import Endpoints
import Foundation

/// How one speech server does. Pure: time is passed in.
package struct ServerStanding: Sendable {
  package typealias Instant = ContinuousClock.Instant

  /// Requests that it has from this process.
  private(set) var asked = 0
  /// What it last did wrong; nil while it does well.
  package private(set) var trouble: SpeechError?
  /// Left out until then.
  package private(set) var outUntil: Instant?
  private(set) var pace = ServerPace()
  private var failures = 0

  package init() {}

  /// Whether it may be asked for a transcript.
  package func isUsable(at now: Instant) -> Bool {
    guard let outUntil else { return true }
    // Who asked for a pause is taken at its word; others show first that they are back.
    return outUntil <= now && !needsProbe
  }

  package func isDueForProbe(at now: Instant) -> Bool {
    guard let outUntil else { return false }
    return outUntil <= now && needsProbe
  }

  private var needsProbe: Bool {
    if case .busy = trouble { return false }
    return true
  }

  mutating func began() { asked += 1 }
  mutating func ended() { asked -= 1 }

  /// It answered well.
  mutating func succeeded(took seconds: Double, sound: Double) {
    pace.add(seconds, sound: sound)
    recovered()
  }

  /// It shows that it is there.
  package mutating func recovered() { (trouble, outUntil, failures) = (nil, nil, 0) }

  /// - Returns: whether that is news.
  @discardableResult
  package mutating func failed(_ error: SpeechError, at now: Instant, _ limits: RemoteLimits) -> Bool {
    if error.isAboutRequest { return false }
    let isNews = trouble.map { !$0.isSameKind(as: error) } ?? true
    failures += 1
    var pause = min(limits.longestPause, limits.pause * (1 << min(failures - 1, 16)))
    // A key or an address gets no better by itself.
    if !error.isPassing { pause = limits.longestPause }
    if case .busy(_, let seconds?) = error { pause = max(pause, .seconds(min(3_600, seconds))) }
    trouble = error
    outUntil = now + pause
    return isNews
  }
}

extension SpeechError {
  fileprivate func isSameKind(as other: SpeechError) -> Bool {
    switch (self, other) {
    case (.noAnswer, .noAnswer), (.tooSlow, .tooSlow), (.busy, .busy), (.unusable, .unusable): true
    default: self == other
    }
  }
}

/// How long a server takes for a length of sound, from its last answers.
package struct ServerPace: Sendable {
  private static let kept = 64
  /// Fewer answers say nothing about the slowest in twenty.
  private static let least = 8
  /// What an answer costs beside the sound's length, as seconds of sound.
  private static let base = 5.0

  /// Seconds an answer for each second of sound and base.
  private var shares: [Double] = []

  package init() {}

  package mutating func add(_ seconds: Double, sound: Double) {
    shares.append(seconds / (Self.base + sound))
    if shares.count > Self.kept { shares.removeFirst() }
  }

  /// Within so many seconds come 19 of 20 answers for that much sound; nil: not known yet.
  package func usual(sound: Double) -> Double? {
    guard shares.count >= Self.least else { return nil }
    let place = min(shares.count - 1, Int((Double(shares.count) * 0.95).rounded(.up)) - 1)
    return shares.sorted()[place] * (Self.base + sound)
  }
}
