import Domain
import Hummingbird

/// A follow-up in a list, with the menu that snoozes it.
struct FollowUpView: Sendable {
  struct Snooze: Sendable {
    let until: String
    let label: String
    let when: String
  }

  let followUpID: String
  let personID: String
  let account: String
  /// `Arne Sollis. Wants two mowing heights side by side`
  let about: String
  let dueText: String
  let isLate: Bool
  let amount: String?
  let snoozes: [Snooze]
  let firstDay: String
  /// Where the forms lead back to.
  let back: String

  init(_ touch: Touch, _ words: DayWords, back: String) {
    let times = SnoozeTimes(words)
    let reason = touch.reason.hasSuffix(".") ? String(touch.reason.dropLast()) : touch.reason
    followUpID = touch.followUp.id.rawValue
    personID = touch.card.person.id.rawValue
    account = touch.card.account.name
    about = [touch.card.person.name, reason].filter { !$0.isEmpty }.joined(separator: ". ")
    dueText = words.due(touch.followUp.due)
    isLate = touch.followUp.due.isLate(at: words.now, words.calendar)
    amount = touch.card.account.facts.value.map { Money.text($0) }
    snoozes = times.choices.map { Snooze(until: $0.until, label: $0.label, when: $0.when) }
    firstDay = times.firstDay
    self.back = back
  }
}

/// What was just done, for readers without scripts; with them it is a toast.
struct DidView: Sendable {
  struct Undo: Sendable {
    let followUpID: String
    let version: Int
    let back: String
  }

  let text: String
  let undo: Undo?
}
