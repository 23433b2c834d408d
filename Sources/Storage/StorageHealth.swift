public import Domain
import Foundation

extension FieldStore {
  /// What can be checked about the store while it is open. That every commit is synced is not among it: a store whose
  /// settings don't make it so does not open (``StorageError/settingRefused(name:wanted:found:)``).
  public var healthChecks: [HealthCheck] {
    [
      HealthCheck(name: "recordings missing") { self.missingVerdict() },
      HealthCheck(name: "jobs given up") { self.deadJobsVerdict() },
      HealthCheck(name: "notes given up") { self.undeliveredVerdict() },
    ]
  }

  /// As the last sweep found it.
  private func missingVerdict() -> HealthVerdict {
    verdict {
      let count = try clips.missingCount()
      if count == 0 { return HealthVerdict(.ok, detail: "none") }
      return HealthVerdict(
        .warning, detail: "\(count)", remedy: "restore a backup, or bring the originals again: fieldos ingest FILE")
    }
  }

  private func deadJobsVerdict() -> HealthVerdict {
    verdict {
      let count = try jobs.counts()[.dead, default: 0]
      if count == 0 { return HealthVerdict(.ok, detail: "none") }
      return HealthVerdict(
        .warning, detail: "\(count)", remedy: "see why: fieldos queue dead; again: fieldos queue retry --all-dead")
    }
  }

  private func undeliveredVerdict() -> HealthVerdict {
    verdict {
      let stuck = try outbox.deadCount()
      if stuck == 0 { return HealthVerdict(.ok, detail: "none") }
      return HealthVerdict(.warning, detail: "\(stuck)", remedy: "put the CRM right, then: fieldos crm flush")
    }
  }

  private func verdict(_ look: () throws -> HealthVerdict) -> HealthVerdict {
    do {
      return try look()
    } catch {
      return HealthVerdict(.failure, detail: "\(error)", remedy: "check the data folder and its disk")
    }
  }
}
