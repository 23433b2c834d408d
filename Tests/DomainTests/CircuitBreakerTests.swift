import Domain
import Foundation
import Testing

@Suite("Circuit breaker and rate budget")
struct CircuitBreakerTests {
  private let start = Date(timeIntervalSince1970: 1_000_000)

  private func after(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

  /// Five failures at the start.
  private func opened() -> CircuitBreaker {
    var breaker = CircuitBreaker()
    for _ in 0..<5 { breaker.failed(now: start) }
    return breaker
  }

  @Test("it opens at the fifth failure in a row, not at the fourth, and a success in between starts anew")
  func opens() {
    var breaker = CircuitBreaker()
    for _ in 0..<4 { breaker.failed(now: start) }
    #expect(breaker.phase(now: start) == .closed)
    breaker.succeeded()
    for _ in 0..<4 { breaker.failed(now: start) }
    #expect(breaker.wait(now: start) == nil)
    breaker.failed(now: start)
    #expect(breaker.phase(now: start) == .open)
    #expect(breaker.wait(now: start) == after(5))
  }

  @Test("after its pause it is half open: one probe, the rest waits for it")
  func probe() {
    var breaker = opened()
    #expect(breaker.phase(now: after(5)) == .halfOpen)
    #expect(breaker.wait(now: after(5)) == nil)
    breaker.started(until: after(40))
    #expect(breaker.phase(now: after(5)) == .halfOpen)
    #expect(breaker.wait(now: after(5)) == after(40))
    breaker.succeeded()
    #expect(breaker == CircuitBreaker())
  }

  @Test("failed probes double the pause up to a minute")
  func pauses() {
    var breaker = opened()
    var pauses: [Double] = []
    var now = start
    while pauses.count < 6, let until = breaker.wait(now: now) {
      pauses.append(until.timeIntervalSince(now))
      now = until
      breaker.started(until: now.addingTimeInterval(35))
      breaker.failed(now: now)
    }
    #expect(pauses == [5, 10, 20, 40, 60, 60])
  }

  @Test("late failures from before it opened don't prolong it; a late success closes it")
  func lateNews() {
    var breaker = opened()
    breaker.failed(now: after(4))
    #expect(breaker.wait(now: after(4)) == after(5))
    breaker.succeeded()
    #expect(breaker.phase(now: after(4)) == .closed)
  }

  @Test("a probe whose sender died makes room for another")
  func lostProbe() {
    var breaker = opened()
    breaker.started(until: after(40))
    #expect(breaker.wait(now: after(39)) == after(40))
    #expect(breaker.wait(now: after(40)) == nil)
  }

  @Test("a clock that was put back doesn't keep it open, nor its probe")
  func clockPutBack() {
    var breaker = opened()
    #expect(breaker.wait(now: after(-56)) == nil)
    breaker.started(until: after(40))
    #expect(breaker.wait(now: after(-3_600)) == nil)
  }

  @Test("a person who hurries makes the next attempt the probe; a closed breaker stays closed")
  func hurried() {
    var breaker = opened()
    breaker.hurried(now: after(1))
    #expect(breaker.phase(now: after(1)) == .halfOpen)
    var closed = CircuitBreaker()
    closed.hurried(now: start)
    #expect(closed == CircuitBreaker())
  }

  @Test("in a minute after the burst as many attempts start as the budget has", arguments: [1, 7, 60, 300, 60_000])
  func budget(perMinute: Int) {
    let limits = DeliveryLane.Limits(perMinute: perMinute)
    var lane = DeliveryLane(now: start, limits: limits)
    var now = start
    var starts: [Date] = []
    while now < after(180), starts.count < 200_000 {
      if let closure = lane.closure(now: now, limits: limits) {
        now = max(closure.until, now.addingTimeInterval(0.000_1))
      } else {
        lane.started(now: now, until: now, limits: limits)
        starts.append(now)
      }
    }
    let inMinute = starts.filter { $0 >= after(60) && $0 < after(120) }.count
    #expect(abs(inMinute - perMinute) <= 1 + perMinute / 1_000)
    #expect(starts.filter { $0 == start }.count == Int(limits.burst))
  }

  @Test("a clock that was put back doesn't hold the budget empty until the old time comes again")
  func budgetClock() {
    let limits = DeliveryLane.Limits(perMinute: 60)
    var lane = DeliveryLane(now: start, limits: limits)
    for _ in 0..<6 { lane.started(now: start, until: start, limits: limits) }
    #expect(lane.closure(now: start, limits: limits) == .overBudget(until: after(1)))
    #expect(lane.closure(now: after(-59), limits: limits) == .overBudget(until: after(-58)))
    #expect(lane.closure(now: after(-86_400), limits: limits) == nil)
    lane.started(now: after(-86_400), until: after(-86_400), limits: limits)
    #expect(lane.closure(now: after(-86_400), limits: limits) == nil)
  }

  @Test("a CRM's wish to be left alone ends with its time, an hour at most, or when a person hurries")
  func holds() {
    var lane = DeliveryLane(now: start)
    lane.ended(.busy(seconds: 90), now: start)
    #expect(lane.closure(now: after(89)) == .down(until: after(90)))
    #expect(lane.closure(now: after(90)) == nil)
    lane.ended(.trouble(seconds: 1e12), now: start)
    #expect(lane.closure(now: start) == .down(until: after(3_600)))
    lane.hurried(now: start)
    #expect(lane.closure(now: start) == nil)
  }
}
