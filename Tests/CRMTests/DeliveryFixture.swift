import CRM
import Domain
import Endpoints
import Foundation
import Storage
import TestSupport
import Testing

/// A real store with notes to deliver, and a real HTTP client.
struct DeliveryFixture {
  let folder: TemporaryFolder
  let clock = ManualClock()
  let store: FieldStore

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  @discardableResult
  func addNote(digit: Character = "a", words: String = "Two beds need mulch before Friday.") throws -> OutboxEntry {
    let clip = Fixture.clip(digit: digit, at: clock.now)
    _ = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: clock.now)
    guard case .saved(_, let entry) = try store.notes.save(note, text: words, payload: Fixture.payload(note: words))
    else { throw NotSaved() }
    return entry
  }

  struct NotSaved: Error {}

  /// Runs the body with a delivery to that endpoint, and shuts its client down afterwards.
  ///
  /// - Parameter timeoutSeconds: more than the product's own, which a machine that runs a thousand tests at once takes.
  func withDelivery(
    to endpoint: String, apiKey: String? = nil, timeoutSeconds: Double = 60, maxAttempts: Int? = nil,
    signingSecrets: String? = nil, ratePerMinute: Int = 300,
    _ body: (OutboxDelivery) async throws -> Void
  ) async throws {
    let configuration = try CRMConfiguration(
      endpoint: endpoint, apiKey: apiKey, timeoutSeconds: timeoutSeconds, maxAttempts: maxAttempts,
      signingSecrets: signingSecrets, ratePerMinute: ratePerMinute)
    let poster = HTTPPoster()
    let delivery = OutboxDelivery(
      store: store, poster: poster, configuration: configuration, clock: clock.wall, jitter: { 0 })
    do {
      try await body(delivery)
    } catch {
      try await poster.shutdown()
      throw error
    }
    try await poster.shutdown()
  }
}

/// Runs the mock CRM around the body.
func withMockCRM(
  failures: Int = 0, signer: WebhookSigner? = nil, _ body: @Sendable (MockCRMServer, String) async throws -> Void
) async throws {
  let server = MockCRMServer(port: 0, failures: failures, signer: signer)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.run() }
    try await body(server, "http://127.0.0.1:\(try await server.port)")
    group.cancelAll()
  }
}
