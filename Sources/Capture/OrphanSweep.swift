import Domain
import Foundation
import Storage

/// Where the audio folder and the store disagree. Paths are relative to the data folder.
public struct SweepReport: Sendable, Equatable {
  /// Unfinished copies that were removed.
  public let removedTemporaries: [String]
  /// Files older than an hour that no clip names. Left alone: audio is never deleted here.
  public let orphans: [String]
  /// Files that a clip names and that are gone.
  public let missing: [String]
}

extension Ingest {
  /// How old an unfinished copy has to be before it is taken for abandoned: 1 h.
  public static let abandonedAfterSeconds = 3_600.0

  /// Removes abandoned unfinished copies and reports where files and clips disagree.
  public func sweepOrphans() throws -> SweepReport {
    let names = try namesInFolder()
    let temporaries = names.filter { $0.hasSuffix(".tmp") }
    let removed = temporaries.filter { isAbandoned($0) && unlink(audio.appending(path: $0).path) == 0 }
    // Files first, rows second: a clip that comes in meanwhile is then known, not an orphan.
    let files = Set(names.filter { !$0.hasSuffix(".tmp") }.map(relative))
    let unknown = files.subtracting(try store.clips.known(paths: files))
    // A younger one may be on its way into the store in another process.
    let orphans = unknown.filter { isAbandoned(String($0.dropFirst(Self.audioFolder.count + 1))) }
    let folder = audio.deletingLastPathComponent()
    let missing = try store.clips.all().map(\.path).filter { path in
      !FileManager.default.fileExists(atPath: folder.appending(path: path).path)
    }
    return SweepReport(
      removedTemporaries: removed.map(relative).sorted(), orphans: orphans.sorted(), missing: missing)
  }

  private func relative(_ name: String) -> String { Self.audioFolder + "/" + name }

  private func namesInFolder() throws -> [String] {
    guard FileManager.default.fileExists(atPath: audio.path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: audio.path)
    } catch {
      throw CaptureError.unreadable(path: audio.path, reason: "cannot be listed")
    }
  }

  private func isAbandoned(_ name: String) -> Bool {
    var status = stat()
    guard stat(audio.appending(path: name).path, &status) == 0 else { return false }
    return clock.now().timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > Self.abandonedAfterSeconds
  }
}
