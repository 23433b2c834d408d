import Domain
import Foundation
import Storage

/// The pipeline's figures from `pipeline_snapshot.json` of the data folder. What was read once stays known when the file
/// is gone or damaged.
struct PipelineDesk: Sendable {
  enum Trouble: Sendable, Equatable {
    case missing, unreadable
  }

  struct State: Sendable {
    let figures: PipelineFigures?
    /// What keeps newer figures from being read.
    let trouble: Trouble?
  }

  static let fileName = "pipeline_snapshot.json"
  private static let maxBytes = 65_536
  let store: FieldStore
  let folder: URL

  init(_ services: CockpitServices) {
    store = services.store
    folder = services.configuration.dataDirectory
  }

  private var file: URL { folder.appending(path: Self.fileName) }

  /// The figures as they are known, read anew where the file is newer than what is known.
  func current() throws -> State {
    guard let known = try store.pipeline.known() else { return try refresh() }
    let values = try? file.resourceValues(forKeys: [.contentModificationDateKey])
    guard let changed = values?.contentModificationDate, changed > known.readAt else {
      return State(figures: known.figures, trouble: nil)
    }
    return try refresh()
  }

  /// Reads the file; what can't be read leaves the known figures as they are.
  func refresh() throws -> State {
    switch read() {
    case .success(let figures):
      try store.pipeline.keep(figures)
      return State(figures: figures, trouble: nil)
    case .failure(let failure):
      return State(figures: try store.pipeline.known()?.figures, trouble: failure.trouble)
    }
  }

  private struct Failure: Error { let trouble: Trouble }

  private struct Snapshot: Decodable {
    let last_updated: String
    let overdue_touches: Double
    let weekly_pipeline_value: Double
    let currency: String?
  }

  private func read() -> Result<PipelineFigures, Failure> {
    guard FileManager.default.fileExists(atPath: file.path) else { return .failure(Failure(trouble: .missing)) }
    let size = (try? file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey]))
    guard size?.isRegularFile == true, size?.fileSize ?? 0 <= Self.maxBytes, let data = try? Data(contentsOf: file),
      let snapshot = try? JSONDecoder().decode(Snapshot.self, from: data),
      (0...1e9).contains(snapshot.overdue_touches), abs(snapshot.weekly_pipeline_value) < 1e15
    else { return .failure(Failure(trouble: .unreadable)) }
    return .success(
      PipelineFigures(
        lastUpdated: String(snapshot.last_updated.prefix(80)), overdueTouches: Int(snapshot.overdue_touches),
        weeklyValue: snapshot.weekly_pipeline_value, currency: String((snapshot.currency ?? "USD").prefix(12))))
  }
}

/// The figures as a page shows them.
struct PipelineView: Sendable {
  let overdue: String
  let weekly: String
  let weeklyLabel = "weekly pipeline"
  let overdueLabel: String
  let freshness: String
  /// A warning: what is wrong, and what to do.
  let warning: String?
  let warningMore: String?

  init(_ state: PipelineDesk.State, _ words: DayWords) {
    let figures = state.figures
    overdue = figures.map { "\($0.overdueTouches)" } ?? "–"
    weekly = figures.map { Money.text($0.weeklyValue, currency: $0.currency) } ?? "–"
    overdueLabel = figures?.overdueTouches == 1 ? "overdue touch" : "overdue touches"
    freshness = figures.map { Self.freshness($0, words) } ?? "No pipeline snapshot was read yet."
    (warning, warningMore) = Self.warning(state, words)
  }

  private static func freshness(_ figures: PipelineFigures, _ words: DayWords) -> String {
    figures.updatedAt.map { "Snapshot from \(words.stamp($0))." } ?? "Snapshot of unknown age."
  }

  private static func warning(_ state: PipelineDesk.State, _ words: DayWords) -> (String?, String?) {
    let kept = state.figures == nil ? "" : " The figures are those that were read last."
    switch state.trouble {
    case .unreadable: return ("The pipeline snapshot can't be read.", "Put \(PipelineDesk.fileName) right." + kept)
    case .missing where state.figures == nil:
      return (nil, nil)
    case .missing: return ("There is no pipeline snapshot.", "Put \(PipelineDesk.fileName) back." + kept)
    case nil: break
    }
    guard let figures = state.figures else { return (nil, nil) }
    guard let updated = figures.updatedAt else {
      return ("The snapshot's date “\(figures.lastUpdated)” cannot be read.", "The figures are as the file has them.")
    }
    guard words.now.timeIntervalSince(updated) > PipelineFigures.freshSeconds else { return (nil, nil) }
    return ("These figures are old.", "The pipeline snapshot is from \(words.stamp(updated)). Refresh it.")
  }
}
