import Storage

/// Waits out a store that can't be written for a moment: each trouble is told once, what can't pass is thrown.
struct StoragePatience {
  /// How long a run that is to end bears with a disk.
  private static let limit = Duration.seconds(60)

  let isEndless: Bool
  private var since: ContinuousClock.Instant?
  private var told: StorageError?

  init(isEndless: Bool) { self.isEndless = isEndless }

  /// The store works again.
  mutating func reset() {
    since = nil
    told = nil
  }

  /// - Throws: the error, where waiting can't help, or has not helped for a minute.
  mutating func wait(after error: StorageError) async throws {
    guard error.isPassing else { throw error }
    let start = since ?? .now
    since = start
    if !isEndless, start.duration(to: .now) > Self.limit { throw error }
    if error != told, error != .busy { Console.error("fieldos: " + Wording.line(for: error) + " Trying again.") }
    told = error
    try? await Task.sleep(for: .seconds(1))
  }
}
