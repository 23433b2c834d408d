import ArgumentParser
import Domain
import Foundation
import Storage

struct QueueListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Which queues are paused, how many jobs are in which state, and what waits.",
    discussion: "Jobs of a kind that this release doesn't know are a newer release's: they are kept, never claimed, "
      + "and marked with '?'.")

  @Option(help: "Show at most so many jobs.") var limit = 50
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit: 0 or more.") }
  }

  func run() async throws {
    let view = try View(try FieldStore.existing(), limit: limit)
    if json { try view.json.print() } else { view.print() }
  }

  /// All that is shown, read once.
  fileprivate struct View {
    let pauses: [QueueName: QueuePause]
    let jobCounts: [JobState: Int]
    let deliveryCounts: [DeliveryState: Int]
    let jobs: [(job: Job, clip: String)]
    let moment = Moment()

    init(_ store: FieldStore, limit: Int) throws {
      pauses = try Dictionary(store.queues.paused().map { ($0.queue, $0) }, uniquingKeysWith: { $1 })
      jobCounts = try store.jobs.counts()
      deliveryCounts = try store.outbox.counts()
      jobs = try store.jobs.pending(limit: limit).map { ($0, try QueueDesk.clipName($0, in: store)) }
    }

    /// Pending jobs that the limit cut off.
    private var left: Int {
      max(0, jobCounts.filter(\.key.isPending).values.reduce(0, +) - jobs.count)
    }

    private func counts(_ queue: QueueName) -> [(state: String, count: Int)] {
      switch queue {
      case .transcribe: JobState.allCases.map { ($0.rawValue, jobCounts[$0, default: 0]) }
      case .delivery: DeliveryState.allCases.map { ($0.rawValue, deliveryCounts[$0, default: 0]) }
      }
    }
  }
}

extension QueueListCommand.View {
  fileprivate func print() {
    var queues = TextTable(["queue", "state", "entries"])
    for queue in QueueName.allCases {
      let state = pauses[queue].map { "paused \(moment.text($0.since)) by \($0.by)" } ?? "open"
      queues.add([queue.rawValue, state, counts(queue).map { "\($0.state)=\($0.count)" }.joined(separator: " ")])
    }
    QueueDesk.show(queues)
    Console.line()
    if jobs.isEmpty, left == 0 { return Console.line("No recording waits.") }
    var table = TextTable(
      ["id", "clip", "kind", "state", "attempts", "priority", "due", "last error"], flexible: 7)
    for (job, clip) in jobs { table.add(row(job, clip)) }
    QueueDesk.show(table)
    if left > 0 { Console.line("and \(left) more (--limit)") }
    if jobs.contains(where: { !$0.job.kind.isKnown }) {
      Console.error("? marks a kind of job that this release doesn't know: kept for a newer one, never claimed.")
    }
  }

  private func row(_ job: Job, _ clip: String) -> [String] {
    [
      String(job.id.rawValue.prefix(8)), clip, job.kind.rawValue + (job.kind.isKnown ? "" : " ?"), job.state.rawValue,
      "\(job.attempts)/\(job.maxAttempts)", String(job.priority), due(job), job.lastError ?? "–",
    ]
  }

  private func due(_ job: Job) -> String {
    guard let lease = job.leaseExpiresAt else { return job.runAt <= moment.now ? "now" : moment.text(job.runAt) }
    return lease > moment.now ? "–" : "lapsed \(moment.relative(lease))"
  }

  fileprivate var json: JSONValue {
    let queues = QueueName.allCases.map { queue in
      JSONValue.object([
        "name": .text(queue.rawValue), "paused": .bool(pauses[queue] != nil),
        "paused_at": .time(pauses[queue]?.since), "paused_by": .text(orNull: pauses[queue]?.by),
        "counts": .object(Dictionary(uniqueKeysWithValues: counts(queue).map { ($0.state, .integer($0.count)) })),
      ])
    }
    return .object([
      "queues": .list(queues), "jobs_not_listed": .integer(left),
      "jobs": .list(jobs.map { QueueDesk.facts($0.job, more: ["clip_name": .text($0.clip)]) }),
    ])
  }
}
