import Foundation
import Testing
import Transcription

/// Real child processes: small shell scripts.
@Suite("Supervising a worker process")
struct WorkerSupervisorTests {
  private func supervisor(
    _ script: String, givesUp: Bool = false, _ report: @escaping @Sendable (SupervisorEvent) -> Void
  ) -> WorkerSupervisor {
    WorkerSupervisor(
      executable: URL(filePath: "/bin/sh"), arguments: ["-c", script], environment: ["FIELDOS_TEST": "yes"],
      givesUp: givesUp, report: report)
  }

  @Test("a child that dies is started again, and its end is told") func restarts() async throws {
    let (events, send) = AsyncStream<SupervisorEvent>.makeStream()
    let run = Task { try await supervisor("kill -9 $$") { send.yield($0) }.run() }
    var starts = 0
    for await event in events {
      if case .died(let status, _) = event { #expect(status.contains("9")) }
      if case .started = event { starts += 1 }
      if starts == 2 { break }
    }
    run.cancel()
    #expect(try await run.value)
  }

  @Test("a child that says it can't work ends the supervision where that is wanted") func givesUp() async throws {
    let ended = try await supervisor("exit \(WorkerSupervisor.unusable)", givesUp: true) { _ in }.run()
    #expect(!ended)
  }

  @Test("a cancelled supervisor stops its child") func stops() async throws {
    let (events, send) = AsyncStream<SupervisorEvent>.makeStream()
    let run = Task { try await supervisor("test $FIELDOS_TEST = yes && exec sleep 600") { send.yield($0) }.run() }
    var child: Int32 = 0
    for await event in events {
      if case .started(let pid) = event {
        child = pid
        break
      }
    }
    run.cancel()
    _ = try await run.value
    #expect(kill(child, 0) == -1 && errno == ESRCH)
  }
}
