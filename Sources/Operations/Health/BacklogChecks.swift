public import Domain
import Foundation
public import Storage

/// What waits, and the likeliest reason why.
public enum BacklogChecks {
  /// Recordings that wait for their words.
  /// - Parameter isEnabled: whether a worker is to run here.
  public static func recordings(_ store: FieldStore, isEnabled: Bool, _ clock: WallClock) -> HealthCheck {
    HealthCheck(name: "recordings waiting") {
      verdict {
        let figures = try store.operations.transcription(clock.now()..<(clock.now() + 1))
        guard figures.depth > Thresholds.queueDepth else { return HealthVerdict(.ok, detail: "\(figures.depth)") }
        let (cause, remedy) = why(figures, isEnabled, clock.now())
        return HealthVerdict(.warning, detail: "\(figures.depth): \(cause)", remedy: remedy)
      }
    }
  }

  /// Notes that wait for the CRM.
  public static func notes(_ store: FieldStore, _ clock: WallClock) -> HealthCheck {
    HealthCheck(name: "notes waiting") {
      verdict {
        let figures = try store.operations.delivery(clock.now()..<(clock.now() + 1))
        guard figures.waiting > Thresholds.queueDepth else { return HealthVerdict(.ok, detail: "\(figures.waiting)") }
        let (cause, remedy) = try why(figures, store)
        return HealthVerdict(.warning, detail: "\(figures.waiting): \(cause)", remedy: remedy)
      }
    }
  }

  private static func why(
    _ figures: TranscriptionFigures, _ isEnabled: Bool, _ now: Date
  ) -> (String, String) {
    if figures.isPaused { return ("the queue is paused", "go on: fieldos queue resume transcribe") }
    let isAlive = figures.lastSign.map { abs(now.timeIntervalSince($0)) < Thresholds.signSeconds } ?? false
    if !isAlive {
      return isEnabled
        ? ("no worker gives a sign", "start it: fieldos up, and read what the worker says")
        : ("the worker is off", "turn it on: fieldos up --final-worker, or FIELDOS_FINAL_WORKER_ENABLED=true")
    }
    if let error = figures.lastError { return ("the last one failed (\(error))", "see each: fieldos queue list") }
    return ("they come quicker than they are heard", "wait, or take a smaller model")
  }

  private static func why(_ figures: DeliveryFigures, _ store: FieldStore) throws -> (String, String) {
    if figures.isPaused { return ("delivery is paused", "go on: fieldos queue resume delivery") }
    let needsPerson = try store.outbox.deadCount()
    if needsPerson * 2 > figures.waiting {
      return ("\(needsPerson) were refused or given up", "see why: fieldos crm dead; then: fieldos crm flush")
    }
    if try !store.outbox.offlineOwners().isEmpty {
      return ("somebody works offline", "send them: fieldos crm offline off")
    }
    switch figures.lastFailure?.responseCode {
    case .some(401), .some(403):
      return ("the CRM does not accept our key", "set FIELDOS_CRM_API_KEY anew, start again, then: fieldos crm flush")
    case .some(let code): return ("the CRM answers \(code)", "put the CRM right; notes go by themselves")
    case nil where figures.lastFailure != nil:
      return ("the CRM can't be reached", "check FIELDOS_CRM_ENDPOINT and the network; notes go by themselves")
    case nil: return ("nobody sends them", "start it: fieldos up")
    }
  }

  private static func verdict(_ look: () throws -> HealthVerdict) -> HealthVerdict {
    do {
      return try look()
    } catch {
      return HealthVerdict(.failure, detail: "\(error)", remedy: "check the data folder and its disk")
    }
  }
}
