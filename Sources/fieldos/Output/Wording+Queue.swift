import Domain
import Foundation

/// The words for what the state of a job or queue forbids.
extension Wording {
  /// Why nothing was done to a job: what, why, and what can be done.
  static func line(for refusal: JobRefusal, on job: Job) -> String {
    let name = "job \(job.id.rawValue.prefix(8))"
    return switch refusal {
    case .ended(.completed): "\(name): completed already. Its transcript is stored; nothing is left to do."
    case .ended(.dead): "\(name): dead already. Start it again: fieldos queue retry \(job.id.rawValue.prefix(8))"
    case .ended(let state):
      "\(name): \(state.rawValue) already. Start it again: fieldos queue retry \(job.id.rawValue.prefix(8))"
    case .pending(let state):
      "\(name): \(state.rawValue), so it is tried anyway. Only dead and cancelled jobs start again."
    case .twinPending(let twin):
      "\(name): job \(twin.rawValue.prefix(8)) for the same clip is pending. Wait for that one."
    case .priorityOutOfRange:
      "\(name): no such priority. From \(Job.priorities.lowerBound) to \(Job.priorities.upperBound), higher goes first."
    case .unknown: "\(name): gone meanwhile. See what there is: fieldos queue list"
    case .notDue, .held, .claimLost, .cancelled: "\(name): in other hands by now. Look again: fieldos queue list"
    }
  }

  static func alreadyPaused(_ pause: QueuePause, _ moment: Moment) -> String {
    "\(pause.queue.rawValue): paused already, \(moment.text(pause.since)) by \(pause.by). "
      + "Open it again: fieldos queue resume \(pause.queue.rawValue)"
  }

  static func notPaused(_ queue: QueueName) -> String { "\(queue.rawValue): not paused. Nothing to do." }

  static func noSuchQueue(_ name: String) -> String {
    "\(name): no such queue. There are \(QueueName.allCases.map(\.rawValue).joined(separator: " and "))."
  }

  static func noSuchJob(_ id: String) -> String { "\(id): no such job. See what there is: fieldos queue list" }
  static func jobIDTooShort(_ id: String) -> String { "\(id): at least 6 characters of a job's ID are needed." }
  static func manyJobs(_ id: String) -> String { "\(id): several jobs start like this. Give more of the ID." }
}
