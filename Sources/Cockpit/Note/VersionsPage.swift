import Domain
import Foundation

/// The versions of a draft, newest first, and two of them beside each other.
struct VersionsPage: Sendable {
  struct VersionView: Sendable {
    let number: Int
    /// `version 3`
    let name: String
    /// When, and how its words came.
    let about: String
    let text: String
    let isCurrent: Bool
    let isOther: Bool
  }
  struct Compared: Sendable {
    let line: String
    let difference: DiffView
    let number: Int
    let current: Int
    let isConflict: Bool
  }

  let frame: PageFrame
  let id: String
  let name: String
  let versions: [VersionView]
  let isEmpty: Bool
  let compared: Compared?

  init(frame: PageFrame, draft: Draft, versions: [DraftVersion], compared number: Int?, clock: ClockWords) {
    self.frame = frame
    id = draft.id.rawValue
    name = draft.subject.heading
    isEmpty = versions.isEmpty
    self.versions = versions.reversed().map { version in
      VersionView(
        number: version.number, name: "Version \(version.number)",
        about: "\(clock.moment(version.createdAt)) · \(Self.words(version.origin))", text: version.text,
        isCurrent: version.number == draft.version, isOther: version.number != draft.version)
    }
    compared = versions.first { $0.number == number && $0.number != draft.version }.map { version in
      let isConflict = version.origin == .conflict
      return Compared(
        line: isConflict
          ? "This note was changed elsewhere at \(clock.moment(draft.updatedAt)). Both are kept."
          : "Version \(version.number) of \(clock.moment(version.createdAt)), and the current words.",
        difference: DiffView(from: version.text, to: draft.text), number: version.number, current: draft.version,
        isConflict: isConflict)
    }
  }

  private static func words(_ origin: DraftOrigin) -> String {
    switch origin {
    case .typed: "typed"
    case .inserted: "a cue or a quote was added"
    case .polish: "polished"
    case .transcript: "heard in the recording"
    case .conflict: "typed while it was changed elsewhere"
    }
  }
}
