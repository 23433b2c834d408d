import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Outbox: versions of a note")
struct OutboxVersionTests {
  private let fixture: StoreFixture
  private let first: OutboxEntry
  private var outbox: OutboxStore { fixture.store.outbox }

  init() throws {
    fixture = try StoreFixture()
    first = try fixture.addNote()
  }

  private func edit(_ text: String = "other words", basedOn number: Int? = nil) throws -> OutboxEntry {
    let result = try fixture.store.notes.edit(
      first.noteID, text: text, payload: Fixture.payload(note: text), basedOn: number)
    guard case .saved(let version, let entry) = result else { throw StoreFixture.Unexpected() }
    #expect(version.number == entry.noteVersion && version.text == text)
    return entry
  }

  @Test("a sent note edited again is the next version with its own row and key, its payload identifier unchanged")
  func editedAfterSync() throws {
    try fixture.deliver(fixture.attempt(.synced, code: 200))
    let second = try edit()
    #expect(second.noteVersion == 2)
    #expect(second.id != first.id)
    #expect(second.payloadID == first.payloadID)
    #expect(second.state == .queued)
    #expect(try outbox.find(first.id)?.state == .synced)
    #expect(try edit("third").payloadID == first.payloadID)
  }

  @Test(
    "a version that was not delivered gives way to the newer one and is never sent",
    arguments: [DeliveryState.queued, .retrying, .cached, .failed])
  func superseded(state: DeliveryState) throws {
    if state != .queued { try fixture.deliver(fixture.attempt(state, next: state.isPending ? 5 : nil, error: "e")) }
    let second = try edit()
    #expect(try outbox.find(first.id)?.state == .superseded)
    #expect(try fixture.eventKinds().suffix(2) == ["crm.superseded", "crm.queued"])
    try outbox.flush()
    guard case .refused = try outbox.retry(first.id) else { throw StoreFixture.Unexpected() }
    #expect(try fixture.claimEntry()?.id == second.id)
    #expect(try fixture.claimEntry() == nil)
  }

  @Test("a newer version waits while the older one is being sent, so nothing arrives out of order")
  func inOrder() throws {
    let sending = try #require(try fixture.claimEntry("d1"))
    let second = try edit()
    #expect(try fixture.claimEntry("d2") == nil)
    #expect(try outbox.record(fixture.attempt(.synced, code: 200), for: sending, owner: "d1").state == .synced)
    #expect(try fixture.claimEntry("d2")?.id == second.id)
  }

  @Test("an attempt that fails after a newer version was saved ends as superseded")
  func supersededWhileSending() throws {
    let sending = try #require(try fixture.claimEntry("d1"))
    let second = try edit()
    let after = try outbox.record(
      fixture.attempt(.retrying, next: 5, code: 503, error: "down"), for: sending, owner: "d1")
    #expect(after.state == .superseded && after.nextAttemptAt == nil)
    #expect(try fixture.claimEntry()?.id == second.id)
  }

  @Test("a deliverer that died sending the older version lets the newer one go once its lease is over")
  func supersededByLapse() throws {
    _ = try fixture.claimEntry("died")
    let second = try edit()
    fixture.clock.advance(35)
    #expect(try fixture.claimEntry()?.id == second.id)
    let older = try #require(try outbox.find(first.id))
    #expect(older.state == .superseded && older.unknownOutcome)
  }

  @Test("words made from an older version are refused with the latest; without a version they win")
  func conflicts() throws {
    _ = try edit("second", basedOn: 1)
    let result = try fixture.store.notes.edit(
      first.noteID, text: "late", payload: Fixture.payload(note: "late"), basedOn: 1)
    guard case .conflict(let latest) = result else { throw StoreFixture.Unexpected() }
    #expect(latest.text == "second" && latest.number == 2)
    #expect(try outbox.all().count == 2)
    #expect(try edit("last").noteVersion == 3)
  }

  @Test("a note that does not exist is missing, and nothing is written")
  func missing() throws {
    let events = try fixture.eventKinds()
    #expect(try fixture.store.notes.edit(.random(), text: "t", payload: Fixture.payload()) == .missing)
    #expect(try fixture.eventKinds() == events)
  }
}
