import Domain
import Foundation
import Operations
import Storage

/// What `erase/search.mustache` shows.
struct EraseSearchView: Sendable {
  struct Found: Sendable {
    /// How the plan is asked for: `contact`, `email` or `name`.
    let key: String
    let value: String
    let name: String
    let line: String
    /// Address of the plan.
    var path: String {
      let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: Unicode.Scalar(0)..."~"))
      return "/settings/erase/plan?\(key)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
    }
  }

  struct Past: Sendable {
    let code: String
    let line: String
    let proof: String?
    let isDone: Bool
    let isFailed: Bool
    let isOpen: Bool

    init(_ erasure: Erasure, _ words: DayWords) {
      let rows = erasure.removed.filter { $0.key != "files" }.values.reduce(0, +)
      let files = erasure.removed["files", default: 0]
      code = String(erasure.id.rawValue.prefix(8))
      line = "\(words.stamp(erasure.at)): \(rows) rows, \(files) files"
      proof = erasure.proof.map(EraseWords.words)
      isDone = erasure.state == .done
      isFailed = erasure.state == .failed
      isOpen = !isDone && !isFailed
    }
  }

  struct Link: Sendable {
    let path: String
    let name: String
    let line: String
  }

  let frame: PageFrame
  let words: String
  let found: [Link]
  let hasNone: Bool
  let past: [Past]
  let hasOpen: Bool

  init(frame: PageFrame, words: String, isSearched: Bool, found: [Found], past: [Past]) {
    self.frame = frame
    self.words = words
    self.found = found.map { Link(path: $0.path, name: $0.name, line: $0.line) }
    hasNone = isSearched && found.isEmpty
    self.past = past
    hasOpen = past.contains { !$0.isDone }
  }
}

/// What `erase/plan.mustache` shows.
struct ErasePlanView: Sendable {
  struct Line: Sendable {
    let label: String
    let count: String
  }

  struct Note: Sendable {
    let path: String
    let line: String
  }

  let frame: PageFrame
  let problem: String?
  let contact: String?
  let email: String?
  let asked: String?
  let name: String
  let place: String
  let confirmation: String
  let lines: [Line]
  let stays: String?
  let mentions: [Note]
  let mentionLine: String?
  let crm: [String]
  let hasCRM: Bool
  let sending: Bool

  init(
    _ plan: ErasePlan, frame: PageFrame, problem: String?, contact: String?, email: String?, asked: String?,
    words: DayWords
  ) {
    self.frame = frame
    self.problem = problem
    (self.contact, self.email, self.asked) = (contact, email, asked)
    let facts = plan.subject.facts
    confirmation = Self.confirmation(plan)
    name = confirmation
    place = [facts.email, facts.phone, plan.subject.account?.name ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    lines = EraseWords.lines(plan).map { Line(label: $0.label, count: String($0.count)) }
    stays = plan.subject.account.flatMap { $0.goes ? nil : "The account \($0.name) stays: others are in it." }
    mentions = plan.mentions.prefix(20).map {
      Note(path: "/notes/\($0.id)", line: "Note of \(words.stamp($0.createdAt))")
    }
    mentionLine = EraseWords.mentions(plan)
    crm = plan.deliveries.map(EraseWords.line)
    hasCRM = !plan.deliveries.isEmpty
    sending = plan.sendingUntil != nil
  }

  /// What has to be typed.
  static func confirmation(_ plan: ErasePlan) -> String {
    let facts = plan.subject.facts
    return facts.name.isEmpty ? facts.email : facts.name
  }
}

/// What `erase/result.mustache` shows.
struct EraseResultView: Sendable {
  struct One: Sendable {
    let code: String
    let isDone: Bool
    let isWaiting: Bool
    let isFailed: Bool
    let proof: String?
    let lines: [ErasePlanView.Line]
    let mentions: String?
    let residue: [String]
    let backups: [String]
    let foreign: [String]
    let unreadable: [String]
    let hasBackups: Bool
    let hasForeign: Bool
    let hasUnreadable: Bool
    let crm: [String]
    let hasCRM: Bool

    init(_ report: EraseReport) {
      let erasure = report.erasure
      code = String(erasure.id.rawValue.prefix(8))
      isDone = erasure.state == .done
      isFailed = erasure.state == .failed
      isWaiting = !isDone && !isFailed
      proof = erasure.proof.map(EraseWords.words)
      lines = EraseWords.lines(erasure.removed).map { .init(label: $0.label, count: String($0.count)) }
      let held = erasure.proof?.mentions ?? 0
      mentions =
        held == 0 ? nil : "\(held) rows of others hold the words, such as notes that mention the name. They stay."
      residue = report.residue.map { "\($0.path): \($0.words + $0.exact) places" }
      backups = report.backups.map(\.path)
      foreign = report.foreign.map(\.path)
      unreadable = report.unreadable
      (hasBackups, hasForeign, hasUnreadable) = (!backups.isEmpty, !foreign.isEmpty, !unreadable.isEmpty)
      crm = report.plan.deliveries.map(EraseWords.line)
      hasCRM = !crm.isEmpty
    }
  }

  let frame: PageFrame
  let reports: [One]
}
