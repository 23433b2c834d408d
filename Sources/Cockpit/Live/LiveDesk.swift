import Domain
import Foundation
import ServiceLifecycle
import Serving
import Storage
import Synchronization
import Transcription

/// Has recordings heard while they are spoken. Whatever becomes of it, they go on: nothing waits for live words.
package final class LiveDesk: Service, Sendable {
  private struct Line: Sendable {
    let signals: AsyncStream<LiveSignal>.Continuation
    /// Bytes of sound that the line has not taken yet.
    var waiting = 0
  }

  private struct Birth: Sendable {
    let recording: Recording
    let signals: AsyncStream<LiveSignal>
  }

  /// Most bytes of sound that one recording's line may have waiting: a minute. What is beyond is heard from the disk.
  private static let mostWaiting = 60 * Recording.bytesPerSecond
  private let supervisor: StreamSupervisor
  private let means: LiveMeans
  private let lines = Mutex<[ID<Recording>: Line]>([:])
  private let births: AsyncStream<Birth>
  private let born: AsyncStream<Birth>.Continuation
  private let wishes: AsyncStream<Void>
  private let wish: AsyncStream<Void>.Continuation

  init(_ supervisor: StreamSupervisor, store: FieldStore, hub: LiveHub, makesTranscripts: Bool, folder: URL) {
    self.supervisor = supervisor
    means = LiveMeans(
      supervisor: supervisor, store: store, hub: hub, makesTranscripts: makesTranscripts, folder: folder)
    (births, born) = AsyncStream.makeStream()
    (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Why nobody listens, one line for people; nil while somebody may.
  var refusal: String? { supervisor.refusal }
  /// Whether a chunk of this number is to be heard. Where nobody can, the first alone: with it the page learns why.
  func wants(_ number: Int) -> Bool { refusal == nil || number == 0 }

  /// Who listens, nil before it is ready.
  var engine: (name: String, model: String)? { supervisor.engine }

  /// Somebody is about to speak: the engine starts, for that takes its time. Before, it takes no memory.
  package func prepare() { wish.yield() }

  /// A chunk is durable.
  /// - Parameter behind: how many more the browser has that did not come yet.
  func came(_ chunk: RecordedChunk, _ pcm: Data, of recording: Recording, behind: Int) {
    prepare()
    lines.withLock { lines in
      var line = lines[recording.id] ?? begin(recording)
      if line.waiting + pcm.count <= Self.mostWaiting {
        line.waiting += pcm.count
        line.signals.yield(.came(number: chunk.number, pcm, behind: behind))
      }
      lines[recording.id] = line
    }
  }

  /// The recording is a clip.
  func finished(_ recording: Recording) async {
    let isHeard = lines.withLock { lines in
      lines[recording.id].map { _ = $0.signals.yield(.finished(recording)) } != nil
    }
    if !isHeard { await close(recording) }
  }

  private func begin(_ recording: Recording) -> Line {
    let (signals, line) = AsyncStream.makeStream(of: LiveSignal.self)
    born.yield(Birth(recording: recording, signals: signals))
    return Line(signals: line)
  }

  /// Nobody hears it now: what was heard of it is all.
  private func close(_ recording: Recording) async {
    let means = means
    _ = try? await Blocking.run { try means.store.live.close(recording.draftID, asDraft: !means.makesTranscripts) }
  }

  package func run() async throws {
    // What a crash left open, and was finished without anybody who hears.
    try? means.store.live.closeFinished(asDraft: !means.makesTranscripts)
    let engine = Task { [wishes, supervisor] in
      for await _ in wishes { return await supervisor.run() }
    }
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
    guard let line = lines.withLock({ $0[id]?.signals }) else { return }
    let clock = Task { await Self.tick(line) }
    var ear = LiveLine(birth.recording, means, line) { [self] bytes in lines.withLock { $0[id]?.waiting -= bytes } }
    if await ear.run(birth.signals) { await close(birth.recording) }
    clock.cancel()
    lines.withLock { _ = $0.removeValue(forKey: id) }
    line.finish()
    // Sound that came too late for this line is on the disk; that it was the last must not be lost.
    for await case .finished in birth.signals { await close(birth.recording) }
  }

  private static func tick(_ line: AsyncStream<LiveSignal>.Continuation) async {
    while (try? await Task.sleep(for: .seconds(5))) != nil { line.yield(.tick) }
  }
}

/// What happens to a recording that is heard live.
enum LiveSignal: Sendable {
  case came(number: Int, Data, behind: Int)
  /// As it is now that it is a clip.
  case finished(Recording)
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
