import Foundation
import SpeechEngine
import Testing
import Transcription

/// Real child processes that are no engines: small shell scripts.
@Suite("The desk of requests", .timeLimit(.minutes(10)))
struct RequestDeskTests {
  private static let ready = #"echo '{"type":"ready","model":"stand-in","isMultilingual":false}'"#
  /// Reads an order; its number is in `$id`.
  private static let order =
    #"read -r line || exit 0; id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')"#
  private static let heard =
    #"echo "{\"type\":\"heard\",\"id\":$id,\"segments\":[{\"id\":1,\"seek\":0,\"start\":0,\"end\":1,\"text\":\" word\",\"tokens\":[1],\"temperature\":0,\"avg_logprob\":\"-inf\",\"compression_ratio\":1,\"no_speech_prob\":0}]}""#
  private static let finished =
    #"echo "{\"type\":\"finished\",\"id\":$id,\"recording\":{\"language\":\"en\",\"languageProbability\":1,\"duration\":1,\"durationAfterVAD\":1,\"skipped\":[]}}""#

  private func desk(_ script: String, _ change: (inout RequestDesk.Limits) -> Void = { _ in }) -> RequestDesk {
    var limits = RequestDesk.Limits()
    change(&limits)
    return RequestDesk(
      executable: URL(filePath: "/bin/sh"), arguments: ["-c", script], environment: [:], limits: limits)
  }

  private func submit(_ desk: RequestDesk, _ name: String = "a", key: String = "k") throws -> AsyncStream<RequestUpdate>
  {
    try desk.submit(URL(filePath: "/nowhere/\(name)"), RequestOptions(), key: key, cost: 1)
  }

  /// In one word each.
  private func words(_ updates: AsyncStream<RequestUpdate>) async -> [String] {
    var words: [String] = []
    for await update in updates {
      switch update {
      case .heard(let segments): words.append("heard \(segments.count)")
      case .again: words.append("again")
      case .finished(let recording): words.append("finished \(recording.language)")
      case .failed(let failure): words.append("failed \(failure.rawValue)")
      }
    }
    return words
  }

  private func running<Value>(_ desk: RequestDesk, _ work: () async throws -> Value) async rethrows -> Value {
    let run = Task { await desk.run() }
    defer { run.cancel() }
    return try await work()
  }

  @Test("what the engine hears comes in order, numbers that are none included") func hears() async throws {
    let desk = desk("\(Self.ready); while true; do \(Self.order); \(Self.heard); \(Self.finished); done")
    let updates = try (1...6).map { try submit(desk, "\($0)") }
    await running(desk) {
      for update in updates { #expect(await words(update) == ["heard 1", "finished en"]) }
    }
    #expect(desk.engine?.model == "stand-in")
  }

  @Test("a request whose process died is heard again by the next") func again() async throws {
    let mark = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { unlink(mark) }
    let desk = desk(
      "\(Self.ready); \(Self.order); \(Self.heard); [ -e \(mark) ] || { touch \(mark); kill -9 $$; }; \(Self.finished); sleep 60"
    )
    let updates = try submit(desk)
    await running(desk) { #expect(await words(updates) == ["heard 1", "again", "heard 1", "finished en"]) }
  }

  @Test("a request that every process dies of is given up, and takes nobody with it") func poison() async throws {
    let script =
      "\(Self.ready); while true; do \(Self.order); case $line in *poison*) kill -9 $$;; esac; \(Self.finished); done"
    let desk = desk(script) { $0.together = 4 }
    let names = ["a", "poison", "b", "c"]
    let updates = try names.map { try submit(desk, $0, key: $0) }
    await running(desk) {
      for (name, update) in zip(names, updates) {
        #expect(await words(update).last == (name == "poison" ? "failed engine" : "finished en"), "\(name)")
      }
    }
  }

  @Test("a full queue refuses, says when to come again, and has room when something is withdrawn") func full()
    async throws
  {
    let desk = desk("sleep 60") { $0.waiting = 2 }
    let first = try submit(desk)
    let second = try submit(desk)
    #expect(throws: QueueFull.self) { try submit(desk) }
    #expect(throws: QueueFull.self) { try desk.checkPlace() }
    Task { await words(second) }.cancel()
    while desk.load.waiting > 1 { try await Task.sleep(for: .milliseconds(5)) }
    try desk.checkPlace()
    withExtendedLifetime(first) {}
  }

  @Test("the engine is told what nobody wants any more, and its place is free") func dropped() async throws {
    let desk = desk(
      "\(Self.ready); while true; do \(Self.order); case $line in *drop*) id=2; \(Self.finished);; esac; done"
    ) { $0.together = 2 }
    let first = try submit(desk)
    let reader = Task { await words(first) }
    let second = try submit(desk)
    try await running(desk) {
      while desk.load.running < 2 { try await Task.sleep(for: .milliseconds(5)) }
      reader.cancel()
      #expect(await words(second) == ["finished en"])
      #expect(desk.load.waiting == 0 && desk.load.running == 0)
    }
  }

  @Test("a child that can't work ends the desk, and who waits is told") func unusable() async throws {
    let desk = desk("exit \(WorkerSupervisor.unusable)")
    let updates = try submit(desk)
    #expect(await desk.run() != nil)
    #expect(await words(updates) == ["failed engine"])
    #expect(await words(try submit(desk)) == ["failed engine"])
  }

  @Test("a child that stands still is ended") func stuck() async throws {
    let desk = desk("\(Self.ready); exec sleep 60") {
      $0.patience = .milliseconds(300)
      $0.tries = 2
    }
    let updates = try submit(desk)
    await running(desk) { #expect(await words(updates) == ["again", "failed engine"]) }
  }

  @Test("options travel whole, and become those of the engine") func options() throws {
    var wish = RequestOptions()
    wish.language = "de"
    wish.isTranslation = true
    wish.prompt = "Hello"
    wish.hotwords = "mulch"
    wish.temperature = 0.4
    wish.wordTimestamps = true
    var speech = RequestOptions.Speech()
    (speech.threshold, speech.padding, speech.silence) = (0.25, 100, 700)
    wish.speech = speech
    let back = try JSONDecoder().decode(RequestOptions.self, from: JSONEncoder().encode(wish))
    #expect(back == wish)
    let options = back.options(over: TranscriptionOptions())
    #expect(options.language == "de" && options.task == .translate && options.initialPrompt == .text("Hello"))
    #expect(options.hotwords == "mulch" && options.temperatures == [0.4] && options.wordTimestamps)
    #expect(options.voiceActivity?.threshold == 0.25 && options.voiceActivity?.speechPadMs == 100)
    #expect(options.voiceActivity?.minSilenceDurationMs == 700)
  }
}
