import Domain
import Foundation
import Testing

@Suite("When audio may go")
struct AudioRetentionTests {
  private static let start = Date(timeIntervalSince1970: 1_000_000)
  private static let later = start.addingTimeInterval(60)

  private static func progress(
    _ jobs: [JobState] = [.completed], _ versions: [DeliveryState?] = [.synced]
  ) -> ClipProgress {
    ClipProgress(
      takenInAt: start, jobs: jobs.map { .init($0, since: start) },
      versions: versions.map { state in state.map { .init($0, since: later) } })
  }

  static let notFinal: [(why: String, progress: ClipProgress)] = [
    ("no job", progress([])), ("job waits", progress([.available])), ("job runs", progress([.running])),
    ("job is tried again", progress([.retryable])), ("job was given up", progress([.dead])),
    ("job was cancelled before any transcript", progress([.cancelled])),
    ("second transcript waits", progress([.completed, .available])),
    ("second transcript was given up", progress([.completed, .dead])),
    ("no note", progress([.completed], [])), ("note has no outbox entry", progress([.completed], [nil])),
    ("note is queued", progress([.completed], [.queued])), ("note is retried", progress([.completed], [.retrying])),
    ("note is cached", progress([.completed], [.cached])), ("note failed", progress([.completed], [.failed])),
    ("newer version waits", progress([.completed], [.synced, .queued])),
    ("newer version has no outbox entry", progress([.completed], [.synced, nil])),
    ("older version failed", progress([.completed], [.failed, .synced])),
    ("older version is cached", progress([.completed], [.cached, .synced])),
    ("older version has no outbox entry", progress([.completed], [nil, .synced])),
  ]

  @Test("a clip is not final while something can still need its audio", arguments: notFinal.indices)
  func staysOpen(index: Int) {
    let (why, progress) = Self.notFinal[index]
    #expect(progress.finalSince == nil, "\(why)")
    #expect(!AudioRetention(hours: 1).allowsPurge(of: progress, now: .distantFuture), "\(why)")
  }

  @Test(
    "a clip is final since its last step",
    arguments: [
      progress(), progress([.completed, .cancelled]), progress([.completed, .completed], [.synced, .synced]),
    ])
  func isFinal(progress: ClipProgress) {
    #expect(progress.finalSince == Self.later)
  }

  @Test("audio goes when the hours have passed since the clip became final, not before")
  func hours() {
    let retention = AudioRetention(hours: 2)
    let end = Self.later.addingTimeInterval(7_200)
    #expect(!retention.allowsPurge(of: Self.progress(), now: end.addingTimeInterval(-0.001)))
    #expect(retention.allowsPurge(of: Self.progress(), now: end))
  }

  @Test("0 hours and less keep audio for ever", arguments: [0, -3])
  func off(hours: Double) {
    let retention = AudioRetention(hours: hours)
    #expect(!retention.isOn && retention.horizon(.distantFuture) == nil)
    #expect(!retention.allowsPurge(of: Self.progress(), now: .distantFuture))
  }

  @Test("24 hours are the default")
  func standard() { #expect(AudioRetention().hours == 24) }
}
