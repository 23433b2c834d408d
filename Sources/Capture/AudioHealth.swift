public import Domain
import Foundation
import Storage

extension Ingest {
  /// Whether the audio folder and the store agree. Looks only: ``sweepOrphans()`` puts things right.
  public var folderCheck: HealthCheck {
    HealthCheck(name: "audio folder") {
      do {
        let (orphans, gone) = try self.disagreements()
        if let path = gone.first {
          return HealthVerdict(
            .warning, detail: "\(gone.count) recording(s) are gone, such as \(path)",
            remedy: "restore a backup, or bring the originals again: fieldos ingest FILE")
        }
        if let path = orphans.first {
          return HealthVerdict(
            .warning, detail: "\(orphans.count) file(s) that no recording names, such as \(path)",
            remedy: "fieldos up takes in what is a whole recording; look at the others and move them away")
        }
        return HealthVerdict(.ok, detail: "every file has its row, every row its file")
      } catch {
        return HealthVerdict(
          .failure, detail: "the audio folder can't be read", remedy: "check its owner and permissions")
      }
    }
  }

  /// Files without a row that are older than an hour, and rows without their file.
  private func disagreements() throws -> (orphans: [String], gone: [String]) {
    let names =
      FileManager.default.fileExists(atPath: audio.path)
      ? try FileManager.default.contentsOfDirectory(atPath: audio.path) : []
    let files = Set(names.filter { !$0.hasSuffix(".tmp") }.map(relative))
    let unknown = files.subtracting(try store.clips.known(paths: files))
    let gone = try store.clips.withAudio().map(\.path).filter {
      !files.contains($0) && access(fullPath($0), F_OK) != 0
    }
    return (unknown.filter(isOld).sorted(), gone)
  }

  private func isOld(_ path: String) -> Bool {
    let file = try? FileManager.default.attributesOfItem(atPath: fullPath(path))
    guard let changed = file?[.modificationDate] as? Date else { return false }
    return abs(clock.now().timeIntervalSince(changed)) > Self.abandonedAfterSeconds
  }
}
