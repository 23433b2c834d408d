import Domain
import Foundation
import Testing

@Suite("Where a note is") struct TrailTests {
  private let at = Date(timeIntervalSince1970: 1_000)

  private func facts(
    recording: Bool = false, sound: Bool = true, work: JobState? = nil, words: Bool = false, version: Int = 0,
    delivery: DeliveryStatus? = nil, next: Date? = nil
  ) -> NoteFacts {
    let draft = Draft(
      id: ID("n"), ownerID: Owner.local, seq: 1, contactID: nil, subject: .unknown,
      recordingID: recording ? ID("r") : nil,
      clipID: sound ? ID("c") : nil, text: "", version: version, createdAt: at, updatedAt: at + 9, heardAt: nil,
      deletedAt: nil)
    return NoteFacts(
      draft: draft,
      sound: sound
        ? .init(takenInAt: at + 1, originalName: "v.wav", seconds: 48, purgedAt: nil, isMissing: false) : nil,
      work: work.map { .init(jobID: ID("j"), state: $0, since: at + 2, runAt: at + 2) }, wordsAt: words ? at + 3 : nil,
      confidence: nil, delivery: delivery, nextAttemptAt: next)
  }

  private func status(_ state: DeliveryState, code: Int? = nil, offline: Bool = false) -> DeliveryStatus {
    DeliveryStatus(state: state, timestamp: at + 4, responseCode: code, error: "e", heldOffline: offline)
  }

  private func states(_ facts: NoteFacts) -> [Trail.State] { Trail(facts).stops.map(\.state) }

  @Test("while it is recorded, nothing is filled yet") func recording() {
    #expect(states(facts(recording: true, sound: false)) == [.now, .ahead, .ahead, .ahead])
  }

  @Test("a stop is filled once somebody has it durably") func filled() {
    #expect(states(facts(work: .available)) == [.done, .done, .now, .ahead])
    #expect(states(facts(work: .completed, words: true)) == [.done, .done, .done, .now])
    let sent = Trail(facts(work: .completed, words: true, delivery: status(.synced, code: 201)))
    #expect(sent.stops.map(\.state) == [.done, .done, .done, .done])
    #expect(sent.stops.map(\.at) == [at, at + 1, at + 3, at + 4])
  }

  @Test(
    "words that don't come say why",
    arguments: [
      (JobState.available, Trail.State.now, Trail.Reason.waits), (.retryable, .now, .waits), (.running, .now, .works),
      (.dead, .bad, .noWords), (.cancelled, .bad, .stopped),
    ])
  func words(job: JobState, state: Trail.State, reason: Trail.Reason) {
    let stop = Trail(facts(work: job))[.words]
    #expect(stop.state == state && stop.reason == reason)
  }

  @Test("where no words are made here, the stop is not reached") func off() {
    let stop = Trail(facts(work: .available), makesTranscripts: false)[.words]
    #expect(stop.state == .ahead && stop.reason == .off)
  }

  @Test("a note that was typed has its words, an empty one has none") func typed() {
    #expect(states(facts(sound: false, version: 1)) == [.done, .done, .done, .now])
    #expect(states(facts(sound: false)) == [.done, .done, .now, .ahead])
  }

  @Test("the CRM's stop says how the delivery stands") func crm() {
    func stop(_ status: DeliveryStatus, next: Date? = nil) -> Trail.Stop {
      Trail(facts(work: .completed, words: true, delivery: status, next: next))[.crm]
    }
    #expect(stop(status(.queued)).reason == .queued)
    #expect(stop(status(.sending)).reason == .sending)
    #expect(stop(status(.retrying), next: at + 60).reason == .retry(at: at + 60))
    #expect(stop(status(.cached)).reason == .kept)
    #expect(stop(status(.cached, offline: true)).reason == .offline)
    #expect(stop(status(.failed, code: 422)) == .init(.crm, .bad, at: at + 4, .refused(code: 422)))
  }
}
