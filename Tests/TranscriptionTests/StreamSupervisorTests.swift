import Foundation
import SpeechEngine
import Testing
import Transcription

/// Real child processes that are no engines: small shell scripts.
@Suite("Supervising the stream worker")
struct StreamSupervisorTests {
  private func supervisor(_ script: String, patience: Duration = .seconds(8)) -> StreamSupervisor {
    StreamSupervisor(
      executable: URL(filePath: "/bin/sh"), arguments: ["-c", script], environment: [:], mostDeaths: 2,
      patience: patience)
  }

  /// All updates of one session that ends at once, under a supervisor that runs until it is over.
  private func updates(_ supervisor: StreamSupervisor) async -> [StreamUpdate] {
    let (id, updates) = supervisor.open()
    supervisor.feed(id, Data(count: 32_000))
    supervisor.end(id)
    let run = Task { await supervisor.run() }
    var found: [StreamUpdate] = []
    for await update in updates { found.append(update) }
    run.cancel()
    await run.value
    return found
  }

  @Test("a child that says it can't work leaves the final transcript only") func unusable() async {
    let found = await updates(supervisor("exit \(WorkerSupervisor.unusable)"))
    #expect(found.count == 1)
    guard case .finalOnly(let reason) = found.last else { return #expect(Bool(false), "\(found)") }
    #expect(!reason.isEmpty)
  }

  @Test(
    "a child that dies too often leaves the final transcript only, and says so each time",
    arguments: [
      #"echo '{"type":"ready"}'; read -r line; kill -9 $$"#,
      #"echo '{"type":"ready"}'; echo 'no message'; sleep 60"#,
      #"echo '{"type":"ready"}'; head -c 400000 /dev/zero; sleep 60"#,
      #"echo '{"type":"ready"}'; echo '{"type":"committed","session":1,"words":[{"start":0,"end":1e300,"word":"x","probability":1}]}'; exit 1"#,
    ])
  func dies(script: String) async {
    let found = await updates(supervisor(script))
    #expect(found.count { $0 == .interrupted } == 2)
    guard case .finalOnly = found.last else { return #expect(Bool(false), "\(found)") }
  }

  @Test("a silent child is ended and started again") func hangs() async {
    let found = await updates(supervisor(#"echo '{"type":"ready"}'; exec sleep 60"#, patience: .milliseconds(300)))
    #expect(found.count { $0 == .interrupted } == 2)
  }

  @Test("who comes after the last try is told at once") func late() async {
    let supervisor = supervisor("exit \(WorkerSupervisor.unusable)")
    _ = await updates(supervisor)
    var found: [StreamUpdate] = []
    for await update in supervisor.open().updates { found.append(update) }
    #expect(found.count == 1)
  }

  @Test("another child hears what was not committed, and times go on") func goesOn() async throws {
    // Each child commits half a second, then dies; times are its own.
    let word = #"{"type":"committed","session":1,"words":[{"start":0.25,"end":0.5,"word":" a","probability":1}]}"#
    let script = "echo '{\"type\":\"ready\"}'; head -c 12 >/dev/null; echo '\(word)'; kill -9 $$"
    let found = await updates(supervisor(script))
    let words = found.flatMap(\.words)
    #expect(words.map(\.end) == [0.5, 1.0, 1.5])
  }
}

extension StreamUpdate {
  fileprivate var words: [Word] {
    guard case .committed(let words) = self else { return [] }
    return words
  }
}
