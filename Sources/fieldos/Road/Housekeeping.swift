import Capture
import Domain
import Foundation
import Operations
import Storage

/// Keeps the audio folder in order: after a crash, and while the road runs.
enum Housekeeping {
  /// Brings the audio folder and the store together, and says what was found. Its troubles stop nobody's work.
  /// - Returns: whether a recording was found gone that was there before.
  @discardableResult
  static func sweep(_ store: FieldStore, _ settings: Settings) -> Bool {
    do {
      let report = try Ingest(store: store, dataDirectory: settings.dataDirectory).sweepOrphans()
      tell(report)
      try sweepRecordings(store, settings)
      return !report.newlyMissing.isEmpty
    } catch {
      Console.error("audio folder: " + Wording.line(for: error))
      return false
    }
  }

  /// Goes on with erasures that a crash interrupted, and says what came of them.
  static func finishErasures(_ store: FieldStore, _ settings: Settings) {
    do {
      for report in try Eraser(store: store, patience: .short, indexCopy: settings.indexFile).resume() {
        for line in EraseWords.result(report) { Console.error(Wording.plain(line)) }
      }
    } catch {
      Console.error("erase: " + Wording.line(for: error))
    }
  }

  /// Finishes recordings that were whole when a crash came.
  private static func sweepRecordings(_ store: FieldStore, _ settings: Settings) throws {
    let desk = RecordingDesk(store: store, dataDirectory: settings.dataDirectory)
    let swept = try desk.sweep()
    for recording in swept.finished {
      Console.error("recording \(recording.id): all of it was here before a crash. It is taken in now.")
    }
    for recording in swept.failed {
      Console.error("recording \(recording.id): parts are gone or altered. Open the app on the phone that made it.")
    }
  }

  private static func tell(_ report: SweepReport) {
    for clip in report.adopted {
      Console.error("\(clip.path): a recording without a row, left by a crash. It is taken in now.")
    }
    for clip in report.restored {
      Console.error("\(clip.path): this recording was gone and is there again.")
    }
    for path in report.orphans {
      Console.error("\(Wording.plain(path)): a file without a row that is no whole recording. It is kept; look at it.")
    }
    for path in report.missing {
      Console.error("\(path): this recording is gone from the data folder. Restore a backup, or bring it again.")
    }
  }
}
