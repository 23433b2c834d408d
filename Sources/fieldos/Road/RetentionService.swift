import Capture
import Domain
import Foundation
import Operations
import Storage

/// What is kept how long.
struct Retention: Sendable, Equatable {
  let audio: AudioRetention
  /// Days for which archived snapshots are kept; 0 keeps them for ever.
  let archiveDays: Double

  /// Archived snapshots from before this moment go; nil where all are kept.
  func archiveHorizon(_ now: Date) -> Date? { archiveDays > 0 ? now - archiveDays * 86_400 : nil }
}

/// Lets go of what was kept long enough, once a minute, and tells what would go.
struct RetentionService: Sendable {
  /// What is over.
  struct Due {
    let clips: [Clip]
    let archives: [URL]
    let drafts: Int
  }

  private let store: FieldStore
  private let retention: Retention
  private let audio: AudioPurge
  private var snapshots: SnapshotView { SnapshotView(store: store) }

  init(_ store: FieldStore, _ retention: Retention) {
    self.store = store
    self.retention = retention
    audio = AudioPurge(store: store, dataDirectory: store.dataDirectory, retention: retention.audio)
  }

  /// What would go now. Touches nothing.
  func due(_ now: Date) throws -> Due {
    let ids = try retention.audio.horizon(now).map { try store.clips.retentionCandidates(takenInBefore: $0) } ?? []
    return Due(
      clips: try ids.compactMap { try store.clips.find($0) },
      archives: retention.archiveHorizon(now).map { snapshots.archives(until: $0) } ?? [],
      drafts: try store.drafts.purgeableCount())
  }

  /// Runs work, and lets go of what is due before it and beside it.
  func beside(_ work: @escaping @Sendable () async throws -> Void) async throws {
    apply()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: .seconds(AudioPurge.intervalSeconds))
          apply()
        }
      }
      defer { group.cancelAll() }
      try await work()
    }
  }

  /// What went of audio and drafts is told by the store's events. One kind's trouble holds up no other.
  private func apply() {
    attempt("deleted drafts") { _ = try store.drafts.purgeDeleted() }
    attempt("audio") { _ = try audio.runIfDue() }
    attempt("archived snapshots") {
      guard let horizon = retention.archiveHorizon(Date()) else { return }
      let count = try snapshots.removeArchives(until: horizon)
      if count > 0 {
        Console.error("retention: \(count) archived snapshot(s) removed, as FIELDOS_ARCHIVE_TTL_DAYS is set.")
      }
    }
  }

  private func attempt(_ what: String, _ work: () throws -> Void) {
    do {
      try work()
    } catch {
      Console.error("retention of \(what): " + Wording.line(for: error))
    }
  }
}
