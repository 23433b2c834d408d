import Domain
import Foundation
import Hummingbird
import Storage

struct TodayView: Sendable {
  let frame: PageFrame
  let date: String
  let truth: TruthView
  let did: DidView?
  /// Recordings that were not finished.
  let found: [FoundRecording]
  let focus: FocusView?
  let followUps: [FollowUpView]
  let hasNone: Bool
  /// Whether there is anybody to follow up at all.
  let hasPeople: Bool
  let more: String?
  let pipeline: PipelineView
  let spoken: [SpokenView]
  let hasNoSpoken: Bool
  let closing: ClosingView
  let zone: String
}

/// Where the day's notes are, in a sentence: `2 notes are in the CRM, [2 are not yet]. One needs you.`
struct TruthView: Sendable {
  let start: String
  /// Leads to the outbox.
  let waiting: String?
  let end: String

  init(_ notes: SpokenStore.Whereabouts) {
    let needs = notes.needsPerson
    let needsWords = needs == 0 ? "" : " \(Counted.word(needs)) need\(needs == 1 ? "s" : "") you."
    if notes.waiting > 0, notes.synced > 0 {
      start = "\(Counted.notes(notes.synced)) \(Counted.are(notes.synced)) in the CRM, "
      waiting = "\(notes.waiting) \(Counted.are(notes.waiting)) not yet"
      end = "." + needsWords
    } else if notes.waiting > 0 {
      start = ""
      waiting = "\(Counted.notes(notes.waiting)) \(Counted.are(notes.waiting)) not in the CRM yet"
      end = "." + needsWords
    } else {
      start = Self.calm(notes.synced)
      waiting = nil
      end = ""
    }
  }

  private static func calm(_ synced: Int) -> String {
    switch synced {
    case 0: "No notes yet today. Tap Record after your next visit."
    case 1: "Today's note is in the CRM."
    default: "All \(synced) notes of today are in the CRM."
    }
  }
}

/// Whom to see first, and the reasons.
struct FocusView: Sendable {
  let first: String
  let personID: String
  let name: String
  let place: String
  let dueLabel: String
  let isLate: Bool
  let worthLabel: String
  let worth: String?
  let lastTouch: String?
  let note: String?
  let call: String?
  let map: String?
  let address: String

  init(_ focus: Focus, _ words: DayWords, _ request: Request) {
    let (touch, facts) = (focus.touch, focus.touch.card.account.facts)
    let due = touch.followUp.due
    let isTimedToday = !due.isAllDay && due.daysLate(on: words.now, words.calendar) == 0
    first = "Go here first" + (isTimedToday ? " · \(words.time(due.at)) today" : "")
    personID = touch.card.person.id.rawValue
    name = touch.card.person.name
    place = [facts.name, touch.card.person.facts.title.isEmpty ? facts.type : touch.card.person.facts.title]
      .filter { !$0.isEmpty }.joined(separator: ", ")
    dueLabel = words.due(due)
    isLate = due.isLate(at: words.now, words.calendar)
    worthLabel = facts.stage == "Proposal" ? "Open quote" : "Worth"
    worth = facts.value.map { Money.text($0) }
    lastTouch = CalendarDay(facts.lastContactOn)?.start(words.calendar).map { words.short($0) }
    note = [facts.notes, touch.reason].first { !$0.isEmpty }
    call = Reach.call(touch.card.person.facts.phone)
    map = Reach.map(facts.address, request)
    address = facts.address
  }
}

/// The end of the day: how much is done, what is open, and the buttons.
struct ClosingView: Sendable {
  let progress: String
  let done: Int
  /// nil where nothing was due.
  let total: Int?
  let line: String
  /// `Move 4 to tomorrow and close`; nil where nothing is open.
  let move: String?
  let closed: String?

  init(open: Int, done: Int, waiting: Int, closed: DayClosing?, _ words: DayWords) {
    let total = closed.map { max($0.total, open + done) } ?? open + done
    self.done = done
    self.total = total == 0 ? nil : total
    progress = total == 0 ? "Nothing was due" : "\(done) of \(total) done"
    line = Self.line(open, waiting)
    move = open == 0 ? nil : "Move \(open) to tomorrow and close"
    self.closed = closed.map { Self.told($0, words) }
  }

  static func told(_ closing: DayClosing, _ words: DayWords) -> String {
    let moved = closing.moved == 0 ? "" : ", \(closing.moved) moved to tomorrow"
    let done = closing.total == 0 ? "" : " \(closing.done) of \(closing.total) done\(moved)."
    return "Day closed at \(words.time(closing.closedAt)).\(done)"
  }

  private static func line(_ open: Int, _ waiting: Int) -> String {
    let followUps = "\(Counted.followUps(open)) \(Counted.are(open)) open"
    let notes = "\(Counted.notes(waiting)) \(Counted.are(waiting)) not in the CRM"
    return switch (open > 0, waiting > 0) {
    case (true, true): "\(followUps) and \(notes)."
    case (true, false): followUps + "."
    case (false, true): notes + "."
    case (false, false): "Nothing is open. Everything is in the CRM."
    }
  }
}
