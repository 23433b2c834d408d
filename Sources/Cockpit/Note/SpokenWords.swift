import Domain
import Foundation
import Mustache

/// A transcript's words as `note/spoken` shows them. Pages hold thousands of words, so these answer by name themselves
/// instead of being mirrored.
struct SpokenWord: Sendable, MustacheParent {
  let gap: String
  let text: String
  let start: String
  let end: String

  init(_ word: HeardWord, isFirst: Bool) {
    gap = isFirst ? "" : " "
    text = word.text
    start = Self.seconds(word.start)
    end = Self.seconds(word.end)
  }

  func child(named name: String) -> Any? {
    switch name {
    case "gap": gap
    case "text": text
    case "start": start
    case "end": end
    default: nil
    }
  }

  /// Hundredths are enough to jump to.
  private static func seconds(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = Int((min(max(value, 0), 1e7) * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// Words in a row that are all to be checked, or all not.
struct SpokenRun: Sendable, MustacheParent {
  let gap: String
  let isDoubt: Bool
  let words: [SpokenWord]

  func child(named name: String) -> Any? {
    switch name {
    case "gap": gap
    case "isDoubt": isDoubt
    case "words": words
    default: nil
    }
  }
}

struct SpokenParagraph: Sendable, MustacheParent {
  let runs: [SpokenRun]

  init(_ words: [HeardWord]) {
    var runs: [SpokenRun] = []
    var start = 0
    while start < words.count {
      let isDoubt = words[start].isDoubtful
      let end = words[start...].firstIndex { $0.isDoubtful != isDoubt } ?? words.count
      let run = words[start..<end].enumerated().map { SpokenWord($1, isFirst: $0 == 0) }
      runs.append(SpokenRun(gap: runs.isEmpty ? "" : " ", isDoubt: isDoubt, words: run))
      start = end
    }
    self.runs = runs
  }

  func child(named name: String) -> Any? { name == "runs" ? runs : nil }
}
