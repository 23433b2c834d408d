/// How words shown while somebody spoke came, in a span of time.
public struct StreamFigures: Sendable, Equatable {
  /// One recording with live words, as its event tells; a field that is missing is nil.
  public struct Session: Sendable, Equatable, Decodable {
    /// Milliseconds from the first sound to the first words.
    public let firstPartialMilliseconds: Double?
    public let updates: Int?
    public let dropouts: Int?
    /// Seconds by which words followed speech, the median; 0 where no words came.
    public let medianLag: Double?

    enum CodingKeys: String, CodingKey {
      case firstPartialMilliseconds = "first_partial_ms"
      case updates, dropouts
      case medianLag = "median_lag"
    }
  }

  /// Oldest first.
  public let sessions: [Session]

  public init(sessions: [Session] = []) { self.sessions = sessions }

  public var dropouts: Int { sum(\.dropouts) }

  /// Median milliseconds to the first words, nil where no session had any.
  public var firstPartialMilliseconds: Double? {
    Quantile.of(sessions.compactMap(\.firstPartialMilliseconds), 0.5)
  }

  /// Median seconds of the sessions' own medians, nil where no session had words.
  public var lag: Double? { Quantile.of(sessions.compactMap(\.medianLag).filter { $0 > 0 }, 0.5) }

  /// Events are input: what does not add up to a number counts as none.
  private func sum(_ field: KeyPath<Session, Int?>) -> Int {
    sessions.compactMap { $0[keyPath: field] }.filter { $0 > 0 }.reduce(0) { total, value in
      let (sum, overflow) = total.addingReportingOverflow(value)
      return overflow ? Int.max : sum
    }
  }
}

/// Values at a share of a list.
public enum Quantile {
  /// The nearest-rank value: the smallest that at least `share` of the values do not exceed.
  /// - Parameter share: 0...1.
  /// - Returns: nil for no values.
  public static func of(_ values: [Double], _ share: Double) -> Double? {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
    return sorted[min(max(rank, 0), sorted.count - 1)]
  }
}
