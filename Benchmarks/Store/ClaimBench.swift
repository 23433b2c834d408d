import Domain
import Foundation
import Storage

/// What a claim costs with a short and with a long queue, interleaved in one run: the ratio is what counts, for both pay
/// for the same disk.
struct ClaimBench {
  private let rounds: Int
  private let large: Int
  private static let small = 100

  init(arguments: [String]) throws {
    let options = try Options(arguments, allowed: ["--rounds", "--large"])
    rounds = options["--rounds", default: 300]
    large = options["--large", default: 100_000]
  }

  func run() throws {
    let rooms = [
      try Backlog("\(Self.small) waiting", waiting: Self.small),
      try Backlog("\(large) waiting", waiting: large),
      try Backlog("\(large) waiting, later and completed each", waiting: large, later: large, completed: large),
    ]
    let claims = try interleaved(rooms) { try Self.claim($0) }
    let depths = try interleaved(rooms) { room in try Self.timed { _ = try room.store.jobs.depth() } }
    // Nothing is due here: a look at the queue without a commit, where the disk hides nothing.
    let idle = [
      try Backlog("\(Self.small) for later", later: Self.small), try Backlog("\(large) for later", later: large),
    ]
    let looks = try interleaved(idle) { room in
      try Self.timed { _ = try room.store.jobs.claim(kinds: JobKind.known, owner: "bench", lease: .seconds(60)) }
    }
    try report("claim", rooms, claims)
    try report("depth", rooms, depths)
    try report("look", idle, looks)
  }

  /// Claims one job and gives it back; only the claim is timed.
  private static func claim(_ room: Backlog) throws -> Double {
    var claimed: Job?
    let seconds = try timed {
      claimed = try room.store.jobs.claim(kinds: JobKind.known, owner: "bench", lease: .seconds(60))
    }
    guard let claimed else { throw BenchError.nothingClaimed(room.name) }
    try room.store.jobs.release(claimed, owner: "bench")
    return seconds
  }

  private static func timed(_ work: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(work).inSeconds
  }

  /// The median of each room, in seconds, measured in turns and a new order each round.
  private func interleaved(_ rooms: [Backlog], _ measure: (Backlog) throws -> Double) throws -> [Double] {
    var times = rooms.map { _ in [Double]() }
    for round in -10..<rounds {
      for index in rooms.indices.shuffled() {
        let seconds = try measure(rooms[index])
        if round >= 0 { times[index].append(seconds) }
      }
    }
    return times.map { $0.sorted()[$0.count / 2] }
  }

  private struct Line: Encodable {
    let bench: String
    let queue: String
    let rounds: Int
    let median_us: Double
    /// To the short queue of the same run.
    let ratio: Double
  }

  private func report(_ bench: String, _ rooms: [Backlog], _ medians: [Double]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    for (room, median) in zip(rooms, medians) {
      let ratio = median / medians[0]
      let line = Line(bench: bench, queue: room.name, rounds: rounds, median_us: median * 1e6, ratio: ratio)
      print(String(decoding: try encoder.encode(line), as: UTF8.self))
      print(String(format: "  %@, %@: median %.1f µs, %.2f x the short queue", bench, room.name, median * 1e6, ratio))
    }
  }
}
