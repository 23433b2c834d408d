import Domain
import Foundation
import ServiceLifecycle
import Storage
import Synchronization
import Transcription

/// Has recordings heard while they are spoken. Whatever becomes of it, they go on: nothing waits for live words.
package final class LiveDesk: Service, Sendable {
  private struct Birth: Sendable {
    let recording: Recording
    let signals: AsyncStream<LiveSignal>
  }

  /// Most signals that one recording's line may have waiting: more than a minute of chunks.
  private static let mostWaiting = 1_000
  private let supervisor: StreamSupervisor
  private let means: LiveMeans
  private let lines = Mutex<[ID<Recording>: AsyncStream<LiveSignal>.Continuation]>([:])
  private let births: AsyncStream<Birth>
  private let born: AsyncStream<Birth>.Continuation

  init(_ supervisor: StreamSupervisor, store: FieldStore, hub: LiveHub, makesTranscripts: Bool, folder: URL) {
    self.supervisor = supervisor
    means = LiveMeans(
      supervisor: supervisor, store: store, hub: hub, makesTranscripts: makesTranscripts, folder: folder)
    (births, born) = AsyncStream.makeStream()
  }

  /// Why nobody listens, one line for people; nil while somebody may.
  var refusal: String? { supervisor.refusal }
  /// Who listens, nil before it is ready.
  var engine: (name: String, model: String)? { supervisor.engine }

  /// A chunk is durable.
  /// - Parameter behind: how many more the browser has that did not come yet.
  func came(_ chunk: RecordedChunk, _ pcm: Data, of recording: Recording, behind: Int) {
    signal(recording, .came(number: chunk.number, pcm, behind: behind))
  }

  /// The recording is whole.
  func finished(_ recording: Recording) {
    // Where no final transcript is to come, the live words become the note's, also those that a pause has ended.
    if !means.makesTranscripts { return signal(recording, .finished) }
    lines.withLock { _ = $0[recording.id]?.yield(.finished) }
  }

  private func signal(_ recording: Recording, _ signal: LiveSignal) {
    lines.withLock { lines in
      if let line = lines[recording.id] {
        line.yield(signal)
        return
      }
      let (signals, line) = AsyncStream.makeStream(
        of: LiveSignal.self, bufferingPolicy: .bufferingOldest(Self.mostWaiting))
      line.yield(signal)
      lines[recording.id] = line
      born.yield(Birth(recording: recording, signals: signals))
    }
  }

  package func run() async throws {
    let engine = Task { await supervisor.run() }
    // Those who listen end before the engine does: that it stops with the program is nothing to keep.
    await cancelWhenGracefulShutdown { await self.attend() }
    engine.cancel()
    await engine.value
  }

  private func attend() async {
    await withDiscardingTaskGroup { group in
      for await birth in births {
        group.addTask { await self.attend(birth) }
      }
      group.cancelAll()
    }
  }

  private func attend(_ birth: Birth) async {
    let id = birth.recording.id
    guard let line = lines.withLock({ $0[id] }) else { return }
    let clock = Task { await Self.tick(line) }
    defer { clock.cancel() }
    var ear = LiveLine(birth.recording, means)
    await ear.run(birth.signals, line)
    lines.withLock { _ = $0.removeValue(forKey: id) }
    line.finish()
  }

  private static func tick(_ line: AsyncStream<LiveSignal>.Continuation) async {
    while (try? await Task.sleep(for: .seconds(5))) != nil { line.yield(.tick) }
  }
}

/// What happens to a recording that is heard live.
enum LiveSignal: Sendable {
  case came(number: Int, Data, behind: Int)
  case finished
  case update(StreamUpdate)
  /// Five seconds went by.
  case tick
}

/// What a recording's line works with.
struct LiveMeans: Sendable {
  let supervisor: StreamSupervisor
  let store: FieldStore
  let hub: LiveHub
  let makesTranscripts: Bool
  /// The data folder.
  let folder: URL
}
