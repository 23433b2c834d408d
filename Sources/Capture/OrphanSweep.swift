public import Domain
import Foundation
import Storage

/// Where the audio folder and the store disagreed, and what was done. Paths are relative to the data folder.
public struct SweepReport: Sendable, Equatable {
  /// Unfinished copies that were removed.
  public internal(set) var removedTemporaries: [String] = []
  /// Files that were removed because their clip's bytes are kept elsewhere, were purged, or were erased.
  public internal(set) var removedCopies: [String] = []
  /// Files without a row that got one, and a job: recordings whose taking in was cut off before it was acknowledged.
  public internal(set) var adopted: [Clip] = []
  /// Clips whose file was missing and is there again.
  public internal(set) var restored: [Clip] = []
  /// Files older than an hour that no clip names and that don't look like a whole recording of ours. Left alone.
  public internal(set) var orphans: [String] = []
  /// Files that a clip names and that are gone.
  public internal(set) var missing: [String] = []
  /// Those of ``missing`` that no sweep had found before; their waiting jobs were given up.
  public internal(set) var newlyMissing: [String] = []

  public init() {}
}

extension Ingest {
  /// How old an unfinished copy or a file without a row has to be before it is taken for abandoned: 1 h.
  public static let abandonedAfterSeconds = 3_600.0

  /// Brings the audio folder and the store together after a crash: unfinished copies go, files without a row are
  /// adopted, clips without their file are flagged and their waiting jobs given up, interrupted purges are finished.
  public func sweepOrphans() throws -> SweepReport {
    let names = try namesInFolder()
    var report = SweepReport()
    let temporaries = names.filter { $0.hasSuffix(".tmp") }.map(relative)
    report.removedTemporaries = temporaries.filter { isAbandoned($0) && unlink(fullPath($0)) == 0 }.sorted()
    // Files first, rows second: a clip that comes in meanwhile is then known, not an orphan.
    let files = Set(names.filter { !$0.hasSuffix(".tmp") }.map(relative))
    let unknown = files.subtracting(try store.clips.known(paths: files))
    for path in unknown.sorted() where isAbandoned(path) { try settle(orphan: path, &report) }
    let purged = try store.clips.purged(paths: files).sorted()
    report.removedCopies += purged.filter { unlink(fullPath($0)) == 0 }
    try compareRows(with: files, &report)
    return report
  }

  /// Flags clips whose file is gone, and unflags those whose file came back.
  private func compareRows(with files: Set<String>, _ report: inout SweepReport) throws {
    for clip in try store.clips.withAudio() {
      // The listing is older than the row where the clip came in meanwhile.
      let isThere = files.contains(clip.path) || access(fullPath(clip.path), F_OK) == 0
      if !isThere {
        report.missing.append(clip.path)
        if try store.clips.markMissing(clip.id, reason: Self.missingReason(clip)) {
          report.newlyMissing.append(clip.path)
        }
      } else if try clip.missingAt != nil && store.clips.markPresent(clip.id) {
        _ = try store.jobs.revive(clipID: clip.id)
        report.restored.append(clip)
      }
    }
  }

  /// What a job says that died for want of its recording.
  static func missingReason(_ clip: Clip) -> String {
    "\(clip.path): the stored recording is gone. Bring the original again: fieldos ingest FILE"
  }

  private func namesInFolder() throws -> [String] {
    guard FileManager.default.fileExists(atPath: audio.path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: audio.path)
    } catch {
      throw CaptureError.unreadable(path: audio.path, reason: "cannot be listed")
    }
  }

  /// A younger one may be on its way into the store in another process. One from the future was written before the
  /// clock was put back.
  private func isAbandoned(_ path: String) -> Bool {
    var status = stat()
    guard lstat(fullPath(path), &status) == 0 else { return false }
    let age = clock.now().timeIntervalSince1970 - Double(status.modified.tv_sec)
    return abs(age) > Self.abandonedAfterSeconds
  }
}
