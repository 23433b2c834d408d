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
      #"echo '{"type":"ready"}'; echo '{"type":"committed","session":1,"words":[{"start":0,"end":1e300,"word":"x","probability":1}]}'; sleep 60"#,
      #"echo '{"type":"ready"}'; echo '{"type":"committed","session":1,"words":[{"start":-1e300,"end":-1e300,"word":"x","probability":1}]}'; sleep 60"#,
      #"echo '{"type":"ready"}'; echo '{"type":"stats","session":1,"stats":{"heard":1,"settled":0,"updates":9223372036854775807,"words":0,"passes":0,"busy":0,"shed":0,"revisions_per_word":0,"median_lag":0,"largest_lag":0}}'; sleep 60"#,
    ])
  func dies(script: String) async {
    let found = await updates(supervisor(script))
    #expect(found.count { $0 == .interrupted } == 2)
    guard case .finalOnly = found.last else { return #expect(Bool(false), "\(found)") }
  }

  @Test("a figure that is none ends the session that it is of, and no other") func notANumber() async {
    let stats =
      #""heard":1,"settled":0,"updates":0,"words":0,"passes":0,"busy":0,"shed":0,"revisions_per_word":"nan","median_lag":0,"largest_lag":0"#
    let supervisor = supervisor(
      """
      echo '{"type":"ready"}'; head -c 24 >/dev/null; echo '{"type":"stats","session":1,"stats":{\(stats)}}'
      echo '{"type":"committed","session":2,"words":[{"start":0.1,"end":0.2,"word":" on","probability":1}]}'
      echo '{"type":"ended","session":2}'; exec sleep 60
      """)
    let (_, updates) = supervisor.open()
    let others = await self.updates(supervisor)
    var own: [StreamUpdate] = []
    for await update in updates { own.append(update) }
    guard own.count == 1, case .finalOnly = own[0] else { return #expect(Bool(false), "\(own)") }
    #expect(others.flatMap(\.words).map(\.word) == [" on"] && !others.contains(.interrupted), "\(others)")
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

  /// A child that commits a word from 0.25 to 0.5 s of what it hears, then dies.
  private func child(_ word: String) -> String {
    let message =
      #"{"type":"committed","session":1,"words":[{"start":0.25,"end":0.5,"word":" \#(word)","probability":1}]}"#
    return "echo '{\"type\":\"ready\"}'; head -c 12 >/dev/null; echo '\(message)'; kill -9 $$"
  }

  @Test("another child hears what was not committed and a little before it, and times go on") func goesOn() async throws
  {
    let words = await updates(supervisor(child("w'$$'"))).flatMap(\.words)
    #expect(zip(words.map(\.end), [0.5, 0.7, 0.9]).allSatisfy { abs($0 - $1) < 1e-9 } && words.count == 3)
  }

  @Test("what another child says again of what is committed is left out") func saysAgain() async throws {
    #expect(await updates(supervisor(child("again"))).flatMap(\.words).map(\.word) == [" again"])
  }

  @Test("a child whose heart beats while its engine stands still is ended, too") func stuck() async {
    let script = #"echo '{"type":"ready"}'; while sleep 0.1; do echo '{"type":"heartbeat","stuck":9}'; done"#
    let found = await updates(supervisor(script))
    #expect(found.count { $0 == .interrupted } == 2)
  }

  @Test("sound that nobody heard for too long is told") func missed() async throws {
    let supervisor = supervisor(#"echo '{"type":"ready"}'; sleep 0.5; kill -9 $$"#)
    let (id, updates) = supervisor.open()
    for _ in 0..<40 { supervisor.feed(id, Data(count: 32_000)) }
    let run = Task { await supervisor.run() }
    var found: [StreamUpdate] = []
    for await update in updates { found.append(update) }
    run.cancel()
    await run.value
    #expect(found.contains(.missed(from: 0, to: 10)))
  }
}

extension StreamUpdate {
  fileprivate var words: [Word] {
    guard case .committed(let words) = self else { return [] }
    return words
  }
}
