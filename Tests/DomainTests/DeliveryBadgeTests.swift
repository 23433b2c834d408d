import Domain
import Foundation
import Testing

@Suite("How a delivery is shown")
struct DeliveryBadgeTests {
  private let noon = Date(timeIntervalSince1970: 1_795_348_800)
  private let utc = TimeZone.gmt

  private func status(
    _ state: DeliveryState, code: Int? = nil, error: String? = nil, unknown: Bool = false, held: Bool = false
  ) -> DeliveryStatus {
    DeliveryStatus(
      state: state, timestamp: noon, responseCode: code, error: error, unknownOutcome: unknown, heldOffline: held)
  }

  @Test(
    "a state has its word and its colour; sending is shown as queued, the dead letter as failed",
    arguments: [
      (DeliveryState.queued, "Queued", DeliveryBadge.Colour.blue), (.sending, "Queued", .blue),
      (.synced, "Synced", .green), (.retrying, "Retrying", .yellow), (.cached, "Cached offline", .grey),
      (.failed, "Failed", .red), (.superseded, "Replaced", .grey),
    ])
  func looks(state: DeliveryState, label: String, colour: DeliveryBadge.Colour) {
    let badge = DeliveryBadge(status(state, error: "e"))
    #expect(badge.label == label)
    #expect(badge.colour == colour)
  }

  @Test("a note without a row was not sent yet")
  func noRow() {
    let badge = DeliveryBadge(nil)
    #expect(badge.line(zone: utc) == "Not sent yet")
    #expect(badge.colour == .outline)
  }

  @Test("the line is label, time, code and error; what is synced shows no error")
  func lines() {
    let retrying = DeliveryBadge(status(.retrying, code: 503, error: "mock failure"))
    #expect(retrying.line(zone: utc) == "Retrying • 12:00 • HTTP 503 • mock failure")
    #expect(DeliveryBadge(status(.synced, code: 200, error: "old")).line(zone: utc) == "Synced • 12:00 • HTTP 200")
    #expect(DeliveryBadge(status(.queued)).line(zone: utc) == "Queued • 12:00")
  }

  @Test("an unknown outcome is retrying with 'No reply in time'; an answer after it is told as it is")
  func unknown() {
    let lost = DeliveryBadge(status(.retrying, error: "connection to crm lost", unknown: true))
    #expect(lost.line(zone: utc) == "Retrying • 12:00 • No reply in time")
    #expect(DeliveryBadge(status(.retrying, code: 503, error: "down", unknown: true)).error == "down")
  }

  @Test("what is kept says why")
  func cached() {
    #expect(DeliveryBadge(status(.cached, held: true)).error == "You are working offline.")
    #expect(DeliveryBadge(status(.cached, error: "no connection")).error == "no connection")
  }

  /// Weakness 21 of the prototype: the badge put a CRM's error into the page as HTML.
  @Test("a CRM's words never reach a page as markup or a terminal as commands")
  func hostileError() {
    let badge = DeliveryBadge(status(.failed, code: 400, error: "<script>alert('x')</script>&\"\u{1B}[2J\n\u{202E}"))
    #expect(badge.htmlError == "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot; [2J  ")
    #expect(badge.error?.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E } == false)
    #expect(DeliveryBadge(status(.failed, error: String(repeating: "x", count: 5_000))).error?.count == 300)
  }

  @Test("the notices are the prototype's; queued, sending and superseded are no news")
  func toasts() {
    #expect(DeliveryToast.text(for: status(.synced), zone: utc) == "Synced to CRM at 2026-11-22T12:00:00")
    #expect(DeliveryToast.text(for: status(.cached), zone: utc) == "Offline: payload cached for CRM sync")
    #expect(DeliveryToast.text(for: status(.retrying), zone: utc) == "CRM push failed, retrying shortly…")
    #expect(DeliveryToast.text(for: status(.failed, error: "no"), zone: utc) == "CRM push failed: no")
    #expect(DeliveryToast.text(for: status(.queued), zone: utc) == nil)
    #expect(DeliveryToast.text(for: status(.sending), zone: utc) == nil)
    #expect(DeliveryToast.text(for: status(.superseded), zone: utc) == nil)
  }

  @Test("an attempt leaves its entry in the state that fits what happened meanwhile")
  func settled() {
    for state in DeliveryState.allCases where state != .sending && state != .superseded {
      #expect(state.settled(hasNewerVersion: false, isOffline: false) == state)
      #expect(state.settled(hasNewerVersion: true, isOffline: true) == (state == .synced ? .synced : .superseded))
      #expect(state.settled(hasNewerVersion: false, isOffline: true) == (state.isPending ? .cached : state))
    }
  }
}
