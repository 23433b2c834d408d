import Domain
import Foundation

/// The draft part of a note page.
struct DraftView: Sendable {
  struct Conflict: Sendable {
    let line: String
    /// Where both are compared.
    let path: String
  }

  let text: String
  let version: Int
  /// `Saved 11:36`, nil before the first word.
  let saved: String?
  let conflict: Conflict?

  init(_ draft: Draft, _ versions: [DraftVersion], _ clock: ClockWords) {
    text = draft.text
    version = draft.version
    saved = draft.version > 0 ? "Saved \(clock.moment(draft.updatedAt))" : nil
    let lost = versions.last { $0.origin == .conflict && $0.number > draft.version && $0.text != draft.text }
    conflict = lost.map { lost in
      Conflict(
        line: "This note was changed elsewhere at \(clock.moment(draft.updatedAt)). Both are kept.",
        path: "/notes/\(draft.id)/versions?compare=\(lost.number)")
    }
  }
}
