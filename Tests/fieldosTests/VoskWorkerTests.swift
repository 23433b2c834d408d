import Foundation
import SpeechEngine
import Synchronization
import Testing
import Transcription

extension CommandLineTests {
  /// The real program as the stream worker, with a libvosk that does what a test wants.
  @Suite("Vosk in the stream worker")
  struct VoskWorkerTests {
    let standin: VoskStandin

    init() throws { standin = try VoskStandin() }

    private func supervisor(
      _ environment: [String: String], patience: Duration = .seconds(8),
      report: @escaping @Sendable (StreamSupervisorEvent) -> Void = { _ in }
    ) throws -> StreamSupervisor {
      StreamSupervisor(
        executable: try Binary.find(), arguments: ["stream-worker"], environment: environment, mostDeaths: 2,
        patience: patience, report: report)
    }

    /// What comes of ten words that one speaker says.
    private func speak(_ supervisor: StreamSupervisor) async -> [StreamUpdate] {
      let run = Task { await supervisor.run() }
      let (id, updates) = supervisor.open()
      supervisor.feed(id, VoskStandin.sound(0..<10))
      supervisor.end(id)
      var found: [StreamUpdate] = []
      for await update in updates { found.append(update) }
      run.cancel()
      await run.value
      return found
    }

    private func words(_ updates: [StreamUpdate]) -> [Word] {
      updates.flatMap { update -> [Word] in
        guard case .committed(let committed) = update else { return [] }
        return committed
      }
    }

    private let all = (0..<10).map { " w\($0)" }

    @Test("words come with their times and probabilities, tentative ones before them, and the statistics at the end")
    func hears() async throws {
      let ready = Mutex<[String]>([])
      let found = await speak(
        try supervisor(standin.environment()) { event in
          if case .ready(let engine, let model) = event { ready.withLock { $0 += [engine, model] } }
        })
      #expect(ready.withLock { $0 } == ["vosk", "vosk-model-standin"])
      let heard = words(found)
      #expect(heard.map(\.word) == all)
      #expect(heard.map(\.start) == (0..<10).map { Double($0) / 2 })
      #expect(heard.map(\.end) == (1...10).map { Double($0) / 2 })
      #expect(heard.map(\.probability) == [0.5, 0.6, 0.7, 0.8, 0.5, 0.6, 0.7, 0.8, 0.5, 0.6])
      #expect(found.contains { $0 == .tentative(" w0 w1") })
      guard case .ended(let stats) = found.last else { return #expect(Bool(false), "\(found)") }
      #expect(stats.words == 10 && stats.heard == 5 && stats.updates == 10 && stats.passes == 50)
      #expect(stats.revisionsPerWord == 0 && stats.largestLag >= stats.medianLag)
      #expect((stats.firstPartial ?? -1) >= 0)
    }

    @Test("libvosk is called in the order that it asks for, and what it gave is freed") func order() async throws {
      let found = await speak(try supervisor(standin.environment()))
      #expect(words(found).count == 10)
      let calls = standin.calls
      #expect(calls.prefix(5) == ["set_log_level", "model_new", "recognizer_new", "set_words", "accept_waveform_s"])
      #expect(calls.suffix(2) == ["final_result", "recognizer_free"])
      for (call, count) in ["accept_waveform_s": 50, "partial_result": 48, "result": 2] {
        #expect(calls.count { $0 == call } == count, "\(call)")
      }
    }

    @Test(
      "a libvosk that ends the process or hangs once costs no word",
      arguments: ["abort", "segv", "exit", "hang", "hang_final", "model_abort"], [24_000, 48_000])
    func deaths(fault: String, at: Int) async throws {
      let supervisor = try supervisor(standin.environment(fault, at: at, once: true), patience: .seconds(2))
      let found = await speak(supervisor)
      #expect(words(found).map(\.word) == all)
      #expect(words(found).map(\.end) == (1...10).map { Double($0) / 2 })
      guard case .ended = found.last else { return #expect(Bool(false), "\(found)") }
      #expect(found.count { $0 == .interrupted } == 1)
    }

    @Test("a libvosk that ends the process each time leaves the final transcript, and no word that was not said")
    func alwaysDies() async throws {
      // Within its first utterance, which ends at 32,000: behind that it's a matter of moments which words still arrive,
      // and with them how much the next one has to hear.
      let found = await speak(try supervisor(standin.environment("abort", at: 24_000)))
      #expect(found.count { $0 == .interrupted } == 2)
      #expect(words(found).isEmpty)
      guard case .finalOnly(let reason) = found.last else { return #expect(Bool(false), "\(found)") }
      #expect(!reason.isEmpty)
    }

    @Test("one speaker's libvosk that hangs is noticed while it hears another") func besides() async throws {
      let supervisor = try supervisor(standin.environment("hang_w0", once: true), patience: .seconds(2))
      let run = Task { await supervisor.run() }
      defer { run.cancel() }
      let (hung, other) = (supervisor.open(), supervisor.open())
      supervisor.feed(hung.id, VoskStandin.sound(0..<3))
      supervisor.end(hung.id)
      supervisor.feed(other.id, VoskStandin.sound(1..<5))
      var utterances = 0
      for await update in other.updates {
        if update == .interrupted { break }
        guard case .committed = update else { continue }
        utterances += 1
        supervisor.feed(other.id, VoskStandin.sound(1..<5))
      }
      #expect(utterances > 1)
      var found: [StreamUpdate] = []
      for await update in hung.updates { found.append(update) }
      #expect(found.contains(.interrupted) && words(found).map(\.word) == Array(all.prefix(3)))
    }

    private static let garbage = [
      "null", "huge", "deep", "garbage", "empty", "list", "other", "types", "nan", "future", "backward", "sure",
      "timeless", "control", "encoding",
    ]

    @Test("an answer that makes no sense ends the live words with a reason, and gives no text", arguments: garbage)
    func nonsense(kind: String) async throws {
      // The first is asked for a partial answer, the second for the end of an utterance.
      for (at, committed) in [(24_000, 0), (32_000, 0), (64_000, 4)] {
        let found = await speak(try supervisor(standin.environment(kind, at: at)))
        #expect(words(found).map(\.word) == Array(all.prefix(committed)), "\(kind) at \(at)")
        guard case .finalOnly(let reason) = found.last else { return #expect(Bool(false), "\(found)") }
        #expect(reason.contains("libvosk"), "\(reason)")
        #expect(!found.contains(.interrupted) && !"\(found)".contains("evil"), "\(found)")
      }
    }

    @Test(
      "a libvosk that refuses a speaker, sound or a partial text without end says so",
      arguments: ["recogniser_null", "refuse", "long"])
    func refuses(kind: String) async throws {
      let found = await speak(try supervisor(standin.environment(kind)))
      #expect(words(found).isEmpty && !"\(found)".contains("evil"))
      guard case .finalOnly(let reason) = found.last else { return #expect(Bool(false), "\(found)") }
      #expect(reason.contains("libvosk"), "\(reason)")
    }
  }
}
