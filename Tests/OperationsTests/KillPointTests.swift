import Domain
import Foundation
import Operations
import Storage
import Synchronization
import TestSupport
import Testing

/// Counts the steps that change files, and stands for the process's end before a chosen one.
final class StepCounter: Sendable {
  struct Killed: Error {}

  private let steps = Mutex<[ViewDisk.Step]>([])
  private let fatal: Int?

  init(killBefore fatal: Int? = nil) {
    self.fatal = fatal
  }

  var disk: ViewDisk {
    ViewDisk { step in
      let count = self.steps.withLock { steps in
        steps.append(step)
        return steps.count
      }
      if let fatal = self.fatal, count > fatal { throw Killed() }
    }
  }

  var total: Int { steps.withLock { $0.count } }
  func count(of step: ViewDisk.Step) -> Int { steps.withLock { $0.filter { $0 == step }.count } }
}

@Suite("Projection interrupted at every step")
struct KillPointTests {
  private static let limits = OpsLogLimits(maxBytes: 1_200, keep: 2)
  private static let legacy = #"{"ai_fail_count": 3, "recent_payloads": [{"note": "old"}]}"#

  private func deliveries(_ room: ViewRoom) throws {
    try Data(Self.legacy.utf8).write(to: room.file("crm_snapshot.json"))
    try Data("Customer_ID,Notes,Stage\nC1,x,Lead\n".utf8).write(to: room.file("crm_sample.csv"))
    try Data(#"{"ts":"2026-11-20T10:00:00","sta"#.utf8).write(to: room.file("ops_log.jsonl"))
    for number in 0..<5 {
      try room.save("note \(number)")
      try room.deliver(number == 3 ? .failed : .synced, code: number == 3 ? 422 : 200, error: number == 3 ? "no" : nil)
    }
  }

  /// One store, so that every run has the same ids and times: the files are put back between the runs.
  @Test("whatever step a projection ends before, the next one leaves the same files as one that was never disturbed")
  func everyStep() throws {
    let room = try ViewRoom()
    try deliveries(room)
    let before = try room.views()
    let undisturbed = StepCounter()
    try project(room, undisturbed)
    let wanted = try room.views()
    #expect(undisturbed.total > 30)
    #expect(wanted.keys.contains { $0.hasSuffix(".jsonl.gz") })
    var fatal = 0
    while true {
      try rewind(room, to: before)
      guard try isKilled(room, before: fatal) else { break }
      try project(room, StepCounter())
      // A copy that was never finished may be left; it is written over by the next of its name.
      let got = try room.views().filter { !$0.key.hasSuffix(".tmp") }
      #expect(got == wanted, "killed before step \(fatal)")
      fatal += 1
    }
    // All but the step that settles what was inherited, which is taken once in a store's life.
    #expect(fatal == undisturbed.total - 1)
  }

  @Test("whatever step the first projection ends before, an older snapshot's notes and counters are carried on")
  func firstProjection() throws {
    for fatal in 0..<20 {
      let room = try ViewRoom()
      try Data(Self.legacy.utf8).write(to: room.file("crm_snapshot.json"))
      let wasKilled = try isKilled(room, before: fatal)
      try project(room, StepCounter())
      #expect(try room.snapshot()["ai_fail_count"] as? Int == 3, "killed before step \(fatal)")
      #expect(try room.text("crm_snapshot.json").contains("old"), "killed before step \(fatal)")
      if !wasKilled {
        #expect(fatal > 3)
        return
      }
    }
    Issue.record("a projection of nothing takes 20 steps")
  }

  @Test("killed again and again, a projection still comes to its end")
  func everyStepAgain() throws {
    let room = try ViewRoom()
    try deliveries(room)
    let before = try room.views()
    try project(room, StepCounter())
    let wanted = try room.views()
    try rewind(room, to: before)
    for fatal in 0..<60 { try? project(room, StepCounter(killBefore: fatal)) }
    try project(room, StepCounter())
    #expect(try room.views().filter { !$0.key.hasSuffix(".tmp") } == wanted)
  }

  private func isKilled(_ room: ViewRoom, before fatal: Int) throws -> Bool {
    do {
      try project(room, StepCounter(killBefore: fatal))
      return false
    } catch is StepCounter.Killed {
      return true
    }
  }

  private func project(_ room: ViewRoom, _ steps: StepCounter) throws {
    try room.projector(limits: Self.limits, disk: steps.disk).projectOnce()
  }

  /// Files as they were; how far the table got is a row, which goes back with them. What was inherited is settled once:
  /// the file that it came from would not say anything else.
  private func rewind(_ room: ViewRoom, to files: [String: Data]) throws {
    for name in try room.views().keys { try FileManager.default.removeItem(at: room.file(name)) }
    for (name, data) in files { try data.write(to: room.file(name)) }
    try room.store.views.setSampleSeq(0)
  }
}
