import Domain
import Storage

/// What a worker and its desks share.
struct WorkerContext: Sendable {
  let store: FieldStore
  let recogniser: any Recogniser
  let configuration: WorkerConfiguration
  let clock: WallClock
  let verify: @Sendable (Clip) throws -> Void
  let judge: @Sendable (any Error) -> JobFailure
  let report: @Sendable (WorkerEvent) -> Void
  let sign: WorkerSign

  var owner: String { configuration.owner }
  var lease: Duration { configuration.lease }
  var fingerprint: String { recogniser.fingerprint }

  /// Nothing, too, where another process holds the store for the moment.
  func claim() throws -> Job? {
    do {
      return try store.jobs.claim(kinds: [.transcribe], owner: owner, lease: lease)
    } catch StorageError.busy {
      return nil
    }
  }

  func transcript(_ heard: Recognition, _ clip: Clip, latency: Duration) -> Transcript {
    let hearer = heard.hearer ?? recogniser.hearer
    return Transcript(
      id: .random(), clipID: clip.id, ownerID: clip.ownerID, text: heard.text, segmentsJSON: heard.segmentsJSON,
      language: heard.language, confidence: heard.confidence, audioSeconds: heard.audioSeconds,
      latencyMilliseconds: Int((latency.inSeconds * 1000).rounded()), model: hearer.model,
      computeType: hearer.computeType, engine: hearer.engine, completedAt: clock.now())
  }
}
