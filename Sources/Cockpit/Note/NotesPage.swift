import Domain
import Foundation

/// The list of notes, and what a search found in them.
struct NotesPage: Sendable {
  struct RowView: Sendable {
    let path: String
    let name: String
    let about: String
    let trail: TrailView
    let badge: BadgeView
    let excerpt: [PieceView]
    let hasExcerpt: Bool
  }
  struct PieceView: Sendable {
    let text: String
    let isHit: Bool
  }
  struct OptionView: Sendable {
    let value: String
    let name: String
    let isChosen: Bool
  }
  struct DeletedView: Sendable {
    let id: String
    let name: String
    let line: String
  }

  let frame: PageFrame
  let words: String
  let from: String
  let until: String
  let accounts: [OptionView]
  let hasAccounts: Bool
  /// Empty for who sees only their own.
  let reps: [OptionView]
  let hasReps: Bool
  let orders: [OptionView]
  let isFiltered: Bool
  let rows: [RowView]
  let hasRows: Bool
  /// What is said where nothing is listed.
  let empty: String?
  /// Path of the next page, nil on the last.
  let older: String?
  let olderWords: String
  /// A note that was just deleted.
  let justDeleted: DeletedView?
  let deleted: [DeletedView]
  let hasDeleted: Bool
}

extension NotesPage.RowView {
  init(_ hit: NoteHit, _ clock: ClockWords, makesTranscripts: Bool) {
    let draft = hit.facts.draft
    path = "/notes/\(draft.id)"
    name = draft.subject.heading
    about = hit.facts.about(clock)
    trail = TrailView(Trail(hit.facts, makesTranscripts: makesTranscripts), clock)
    badge = BadgeView(hit.facts.delivery)
    excerpt = hit.excerpt.map { NotesPage.PieceView(text: $0.text, isHit: $0.isHit) }
    hasExcerpt = !hit.excerpt.isEmpty
  }
}
