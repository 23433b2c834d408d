import Foundation
import SpeechEngine
import Synchronization
import Testing
import Transcription

extension CommandLineTests {
  /// The real program as the stream worker, under the real supervisor.
  @Suite("the stream worker")
  struct StreamWorkerTests {
    /// A child's process, once it is there.
    private final class Pids: Sendable {
      let (started, continuation) = AsyncStream.makeStream(of: Int32.self)
    }

    private func supervisor(_ pids: Pids, patience: Duration = .seconds(8), _ more: [String: String] = [:]) throws
      -> StreamSupervisor
    {
      StreamSupervisor(
        executable: try Binary.find(), arguments: ["stream-worker"],
        environment: ["FIELDOS_WHISPER_MODEL": "demo-en", "FIELDOS_QA_MODE": "false"].merging(more) { $1 },
        patience: patience
      ) { event in if case .started(let pid) = event { pids.continuation.yield(pid) } }
    }

    /// 16-bit PCM of a clip, with a second of silence behind it.
    private func sound(_ clip: String) throws -> Data {
      let recording = try AudioFile(contentsOf: Repository.clip(clip))
      var samples = [Float](repeating: 0, count: recording.count + AudioClip.sampleRate)
      try samples.withUnsafeMutableBufferPointer { buffer in
        try recording.read(0..<recording.count, into: UnsafeMutableBufferPointer(rebasing: buffer[..<recording.count]))
      }
      return samples.reduce(into: Data()) { data, sample in
        withUnsafeBytes(of: Int16((sample * 32767).rounded()).littleEndian) { data.append(contentsOf: $0) }
      }
    }

    /// Speaks two clips and does something to the process between them.
    private func speak(
      _ supervisor: StreamSupervisor, _ pids: Pids, between: @escaping @Sendable (Int32) -> Void = { _ in }
    ) async throws -> [StreamUpdate] {
      let run = Task { await supervisor.run() }
      defer { run.cancel() }
      let clips = try [sound("note000"), sound("note001")]
      let (id, updates) = supervisor.open()
      supervisor.feed(id, clips[0])
      var found: [StreamUpdate] = []
      for await update in updates {
        found.append(update)
        guard case .committed = update, found.count(where: \.isCommitted) == 1 else { continue }
        for await pid in pids.started {
          between(pid)
          break
        }
        supervisor.feed(id, clips[1])
        supervisor.end(id)
      }
      return found
    }

    private func words(_ updates: [StreamUpdate]) -> String {
      updates.flatMap(\.words).map(\.word).joined()
    }

    @Test("what is said is committed, all of it at the end") func hears() async throws {
      let pids = Pids()
      let found = try await speak(try supervisor(pids), pids)
      guard case .ended(let stats) = found.last else { return #expect(Bool(false), "\(found)") }
      #expect(stats.words == words(found).split(separator: " ").count && stats.words > 4)
    }

    @Test(
      "a process that is killed, aborts or stands still costs no word that comes after it",
      arguments: [SIGKILL, SIGABRT, SIGSEGV, SIGSTOP])
    func dies(signal: Int32) async throws {
      let quiet = Pids()
      let expected = words(try await speak(try supervisor(quiet), quiet))
      let pids = Pids()
      let found = try await speak(try supervisor(pids, patience: .seconds(2)), pids) { kill($0, signal) }
      #expect(found.contains(.interrupted))
      guard case .ended = found.last else { return #expect(Bool(false), "\(found)") }
      #expect(words(found) == expected)
    }

    @Test("a forced failure is told once, and nothing is invented") func forced() async throws {
      let pids = Pids()
      let supervisor = try supervisor(pids, ["FIELDOS_STREAMING_FORCE_FAIL": "true"])
      let (_, updates) = supervisor.open()
      await supervisor.run()
      var found: [StreamUpdate] = []
      for await update in updates { found.append(update) }
      #expect(found.count == 1)
      guard case .finalOnly = found.last else { return #expect(Bool(false), "\(found)") }
    }
  }
}

extension StreamUpdate {
  fileprivate var words: [Word] {
    guard case .committed(let words) = self else { return [] }
    return words
  }

  fileprivate var isCommitted: Bool { if case .committed = self { true } else { false } }
}
