import Domain
import Foundation
import Notes

/// Next steps that were heard, to be confirmed one by one.
struct StepsView: Sendable {
  struct Item: Sendable {
    let key: String
    let kind: String
    let headline: String
    let quote: String
    let value: String
    let isAdded: Bool
    /// `0:17`, nil where the words carry no times.
    let clock: String?
    let seconds: String
  }

  /// `1 of 4 added`, nil where none was found.
  let count: String?
  let items: [Item]
  let skipped: [Item]
  /// `1 skipped`
  let skippedWords: String?
  /// Why there are none, nil where there are.
  let none: String?

  init(_ steps: [DeskStep], hasTranscript: Bool, isPending: Bool) {
    let open = steps.filter { $0.state != .skipped }
    let left = steps.filter { $0.state == .skipped }
    items = open.map(Self.item)
    skipped = left.map(Self.item)
    count = steps.isEmpty ? nil : "\(steps.count { $0.state == .added }) of \(steps.count) added"
    skippedWords = left.isEmpty ? nil : "\(left.count) skipped"
    if !steps.isEmpty {
      none = nil
    } else if hasTranscript {
      none = "No dates, amounts or stage changes heard."
    } else {
      none = isPending ? "They are looked for when the transcript is ready." : "Nothing was heard for this note."
    }
  }

  private static func item(_ entry: DeskStep) -> Item {
    let step = entry.step
    return Item(
      key: entry.key, kind: kind(step.kind), headline: headline(step, isOpen: entry.state == nil), quote: step.quote,
      value: step.new, isAdded: entry.state == .added, clock: step.seconds.map { ClockWords.position($0) },
      seconds: step.seconds.map { String(format: "%.2f", $0) } ?? "")
  }

  private static func kind(_ kind: NextStep.Kind) -> String {
    switch kind {
    case .task: "Task"
    case .followUp: "Follow-up"
    case .amount: "Amount"
    case .stage: "Stage"
    case .name: "Name"
    }
  }

  private static func headline(_ step: NextStep, isOpen: Bool) -> String {
    guard isOpen, step.isDoubtful, let confidence = step.confidence else { return step.words }
    return "\(step.words). Check the spelling first: \(Int((confidence * 100).rounded()))% sure"
  }
}
