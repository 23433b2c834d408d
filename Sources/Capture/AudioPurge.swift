public import Domain
public import Foundation
public import Storage
import Synchronization

/// Removes the audio that retention lets go of, at most once a minute.
public final class AudioPurge: Sendable {
  /// Time between two purges, in seconds.
  public static let intervalSeconds = 60.0

  private let store: FieldStore
  private let dataDirectory: URL
  private let retention: AudioRetention
  private let clock: WallClock
  private let lastRun = Mutex<Date?>(nil)

  public init(store: FieldStore, dataDirectory: URL, retention: AudioRetention, clock: WallClock = .system) {
    self.store = store
    self.dataDirectory = dataDirectory
    self.retention = retention
    self.clock = clock
  }

  /// Purges where the last time is a minute ago: marks each row, then removes its file. A crash in between leaves a
  /// file that ``Ingest/sweepOrphans()`` removes, never a row that claims a file it doesn't have.
  /// - Returns: the clips whose audio went.
  public func runIfDue() throws -> [Clip] {
    let now = clock.now()
    guard let horizon = retention.horizon(now), isDue(now) else { return [] }
    return try store.clips.retentionCandidates(takenInBefore: horizon).compactMap { id in
      guard let clip = try store.clips.purge(id, retention) else { return nil }
      let file = dataDirectory.appending(path: clip.path)
      guard unlink(file.path) == 0 || errno == ENOENT else { throw StorageError(errno: errno, path: file.path) }
      return clip
    }
  }

  /// A clock that was put back doesn't hold it up.
  private func isDue(_ now: Date) -> Bool {
    lastRun.withLock { last in
      if let last, (0..<Self.intervalSeconds).contains(now.timeIntervalSince(last)) { return false }
      last = now
      return true
    }
  }
}
