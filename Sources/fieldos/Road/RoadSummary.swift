import Domain
import Foundation
import Storage

/// The table at the end: one line a clip.
struct RoadSummary {
  private struct Line {
    let clip: String
    let transcript: String
    let confidence: String
    let latency: String
    let crm: String
    var cells: [String] { [clip, transcript, confidence, latency, crm] }
  }
  private let lines: [Line]
  /// Clips that have been transcribed and whose note the CRM has.
  let delivered: Int
  var count: Int { lines.count }

  init(_ store: FieldStore) throws {
    let deliveries = try Dictionary(store.outbox.all().map { ($0.noteID, $0) }, uniquingKeysWith: { $1 })
    var delivered = 0
    lines = try store.clips.all().map { clip in
      let heard = try store.transcripts.find(clip.id)
      let entry = try store.notes.find(clip.id).flatMap { deliveries[$0.id] }
      if entry?.state == .synced { delivered += 1 }
      return Line(
        clip: clip.originalName, transcript: heard?.text ?? "–",
        confidence: heard.map { RoadNarrator.percent($0.confidence) } ?? "–",
        latency: heard.map { "\($0.latencyMilliseconds) ms" } ?? "–", crm: entry?.state.rawValue ?? "–")
    }
    self.delivered = delivered
  }

  /// Columns padded to their widest cell; transcripts are cut where the terminal is narrow.
  /// - Parameter terminalColumns: nil where no terminal shows it.
  func table(terminalColumns: Int?) -> String {
    let head = ["clip", "transcript", "confidence", "latency", "CRM"]
    let cells = [head] + lines.map(\.cells)
    let others = [0, 2, 3, 4].reduce(8) { sum, column in sum + (cells.map { $0[column].count }.max() ?? 0) }
    let width = max(16, min(64, (terminalColumns ?? 120) - others))
    let rows = cells.map { row in row.map { $0.count > width ? $0.prefix(width - 1) + "…" : $0 } }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { row[$0].padding(toLength: widths[$0], withPad: " ", startingAt: 0) }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
