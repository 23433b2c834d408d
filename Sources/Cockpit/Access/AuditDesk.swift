import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Storage
import Synchronization

/// Writes down who did what and what was refused. Refusals are bounded, since strangers can cause them: beyond so many
/// a minute they are only counted, and the next minute begins with a line that tells the count.
final class AuditDesk: Sendable {
  private struct Minute {
    var number: Int64 = 0
    var written = 0
    var unwritten = 0
  }

  private static let refusalsAMinute = 60
  private let store: FieldStore
  private let clock: WallClock
  private let minute = Mutex(Minute())

  init(store: FieldStore, clock: WallClock) {
    self.store = store
    self.clock = clock
  }

  /// What somebody did.
  func done(_ action: String, _ subject: String, _ context: CockpitContext) throws {
    try store.audit.add(line(action, subject, context, .done))
  }

  /// What was refused. A refusal stands, written down or not.
  func refused(_ action: String, _ subject: String, _ context: CockpitContext) {
    let (mayWrite, unwritten) = count()
    do {
      if unwritten > 0 {
        try store.audit.add(
          AuditLine(
            at: clock.now(), ownerID: nil, action: "request.more-refused", subject: "", address: "", outcome: .refused,
            count: unwritten))
      }
      if mayWrite { try store.audit.add(line(action, subject, context, .refused)) }
    } catch {
      context.logger.error("audit line not written", metadata: ["action": "\(action)", "error": "\(error)"])
    }
  }

  private func line(
    _ action: String, _ subject: String, _ context: CockpitContext, _ outcome: AuditLine.Outcome
  ) -> AuditLine {
    AuditLine(
      at: clock.now(), ownerID: context.identity?.ownerID, action: action, subject: Self.plain(subject),
      address: context.address, outcome: outcome)
  }

  /// - Returns: whether this one is written, and how many of the minute before were not.
  private func count() -> (Bool, Int) {
    let now = Int64(clock.now().timeIntervalSince1970 / 60)
    return minute.withLock { minute in
      var unwritten = 0
      if minute.number != now {
        unwritten = minute.unwritten
        minute = Minute(number: now)
      }
      guard minute.written < Self.refusalsAMinute else {
        minute.unwritten += 1
        return (false, unwritten)
      }
      minute.written += 1
      return (true, unwritten)
    }
  }

  /// A path is a stranger's words: one short line of it.
  private static func plain(_ text: String) -> String {
    String(text.unicodeScalars.prefix(120).map { $0.value < 0x20 || $0.value == 0x7f ? " " : Character($0) })
  }
}

/// A refusal that is written down.
struct Refused: Error {
  let status: HTTPResponse.Status
  /// For people; nil says what the status says.
  let message: String?
  /// For the audit: `<subject>.<what>`.
  let action: String
  var headers: HTTPFields = [:]
}
