public import Foundation

/// How far a clip has come on its road, with the times of the last steps.
public struct ClipProgress: Sendable, Equatable {
  /// One job, or one outbox entry: its state, and since when.
  public struct Step<State: Sendable & Equatable>: Sendable, Equatable {
    public let state: State
    public let since: Date

    public init(_ state: State, since: Date) {
      self.state = state
      self.since = since
    }
  }

  public let takenInAt: Date
  /// Every job of the clip.
  public let jobs: [Step<JobState>]
  /// The outbox entry of each note version, oldest version first; nil where a version has none. Empty: no note.
  public let versions: [Step<DeliveryState>?]
  /// When a person deleted its draft for good without ever saving it for the CRM, nil where nobody did.
  public let discardedAt: Date?

  public init(
    takenInAt: Date, jobs: [Step<JobState>], versions: [Step<DeliveryState>?], discardedAt: Date? = nil
  ) {
    self.takenInAt = takenInAt
    self.jobs = jobs
    self.versions = versions
    self.discardedAt = discardedAt
  }

  /// Since when nothing can happen any more that needs the audio; nil while something still can.
  ///
  /// Final is a clip that was transcribed, whose jobs are all completed or cancelled, and whose note the CRM has: its
  /// newest version is synced, and no older version waits or was given up. A clip without a note is final only where its
  /// draft was deleted for good and no job of it is pending.
  public var finalSince: Date? {
    if let discardedAt, versions.isEmpty {
      return jobs.contains { $0.state.isPending } ? nil : jobs.map(\.since).reduce(discardedAt, max)
    }
    guard jobs.contains(where: { $0.state == .completed }), jobs.allSatisfy({ $0.state.isOver }) else { return nil }
    guard let newest = versions.last, newest?.state == .synced else { return nil }
    let deliveries = versions.compactMap { $0 }
    guard deliveries.count == versions.count, deliveries.allSatisfy({ $0.state.isOver }) else { return nil }
    return (jobs.map(\.since) + deliveries.map(\.since)).reduce(takenInAt, max)
  }
}

/// Decides when audio may go. Pure: time is passed in.
public struct AudioRetention: Sendable, Equatable {
  /// How long audio is kept once its clip is final, in hours. Default 24; 0 or less keeps it for ever.
  public let hours: Double

  public init(hours: Double = 24) {
    self.hours = hours
  }

  /// Whether audio is ever purged.
  public var isOn: Bool { hours > 0 }

  /// What became final after this moment is kept; nil where all is kept.
  public func horizon(_ now: Date) -> Date? {
    isOn ? now.addingTimeInterval(-hours * 3_600) : nil
  }

  /// Whether the audio of a clip that came so far may go.
  public func allowsPurge(of progress: ClipProgress, now: Date) -> Bool {
    guard let horizon = horizon(now), let since = progress.finalSince else { return false }
    return since <= horizon
  }
}

extension JobState {
  fileprivate var isOver: Bool { self == .completed || self == .cancelled }
}

extension DeliveryState {
  /// Nothing is left to be sent, by itself or by a person: the CRM has it, or a newer version took its place.
  fileprivate var isOver: Bool { self == .synced || self == .superseded }
}
