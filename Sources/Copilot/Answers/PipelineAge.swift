import Domain
import Foundation

/// Whether the pipeline snapshot is old.
struct PipelineAge {
  let folder: URL
  let hours: Double

  /// A snapshot that is not there, or can't be read, is told elsewhere.
  func notices(at now: Date) -> [AnswerNotice] {
    let file = folder.appending(path: "pipeline_snapshot.json")
    guard let snapshot = (try? TextFile.object(file)) ?? nil, let updated = snapshot.text("last_updated"),
      let date = OpsTime.parse(updated), now.timeIntervalSince(date) > hours * 3_600
    else { return [] }
    return [.staleSnapshot(lastUpdated: updated)]
  }
}
