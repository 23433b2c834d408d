public import Domain
import Foundation
public import Storage

/// What can be checked about the data folder with its store open.
public enum StoreChecks {
  /// Whether the database's pages are sound. Reads all of them.
  public static func integrity(_ store: FieldStore) -> HealthCheck {
    HealthCheck(name: "database") {
      let remedy = "stop FieldOS, look at the disk, then put a backup in its place: fieldos restore DIR"
      do {
        let damages = try store.damages()
        if damages.isEmpty { return HealthVerdict(.ok, detail: "every page is sound") }
        return HealthVerdict(.failure, detail: "damaged: \(damages[0])", remedy: remedy)
      } catch {
        return HealthVerdict(.failure, detail: "damaged, it can't be read to its end", remedy: remedy)
      }
    }
  }

  /// Whether the machine's clock was put back: waiting times are reckoned by it.
  public static func clock(_ store: FieldStore, _ clock: WallClock) -> HealthCheck {
    HealthCheck(name: "clock") {
      guard let last = try? store.events.lastAt() else { return HealthVerdict(.ok, detail: "nothing to compare with") }
      let behind = last.timeIntervalSince(clock.now())
      guard behind > 60 else { return HealthVerdict(.ok, detail: "not behind the last event") }
      return HealthVerdict(
        .warning, detail: "\(Int(behind)) s behind the last event",
        remedy: "set the clock (timedatectl set-ntp true), else notes wait longer than they should")
    }
  }

  /// Whether `crm_snapshot.json` says what the database does.
  public static func snapshot(_ store: FieldStore, _ clock: WallClock) -> HealthCheck {
    HealthCheck(name: "snapshot") {
      let file = store.dataDirectory.appending(path: SnapshotView.fileName)
      let remedy = "it is written again while FieldOS runs: fieldos up"
      do {
        guard let last = try store.events.lastAt() else { return HealthVerdict(.ok, detail: "nothing to tell yet") }
        guard let written = try? Data(contentsOf: file) else {
          return HealthVerdict(.warning, detail: "crm_snapshot.json is not there", remedy: remedy)
        }
        let age = clock.now().timeIntervalSince(last)
        guard abs(age) > 10, try written != SnapshotView(store: store, clock: clock).current() else {
          return HealthVerdict(.ok, detail: "crm_snapshot.json is current")
        }
        return HealthVerdict(.warning, detail: "crm_snapshot.json is behind the database", remedy: remedy)
      } catch {
        return HealthVerdict(.failure, detail: "\(error)", remedy: "check the data folder and its disk")
      }
    }
  }

  /// Whether the pipeline's figures are of today.
  public static func pipeline(_ store: FieldStore, _ clock: WallClock) -> HealthCheck {
    HealthCheck(name: "pipeline figures") {
      let file = store.dataDirectory.appending(path: "pipeline_snapshot.json")
      guard let bytes = try? Data(contentsOf: file) else { return HealthVerdict(.ok, detail: "none are kept here") }
      let remedy = "have the system that writes pipeline_snapshot.json write it again, then refresh the page Pipeline"
      guard let text = JSONValue(parsing: bytes)?["last_updated"]?.text, let date = OpsTime.parse(text) else {
        return HealthVerdict(.warning, detail: "pipeline_snapshot.json has no date that can be read", remedy: remedy)
      }
      guard clock.now().timeIntervalSince(date) > PipelineFigures.freshSeconds else {
        return HealthVerdict(.ok, detail: "of \(text)")
      }
      return HealthVerdict(.warning, detail: "old, of \(text)", remedy: remedy)
    }
  }
}
