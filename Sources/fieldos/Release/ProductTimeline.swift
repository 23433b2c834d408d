import Foundation

/// The product's story, as `timeline.json` tells it and people read it.
struct ProductTimeline {
  private struct Entry: Decodable {
    let date: String?
    let tag: String?
    let title: String?
    let summary: String?
    let highlights: [String]?
    let artifacts: [String]?
  }

  static let source = "timeline.json"
  static let page = "product_timeline.md"

  private let entries: [Entry]

  /// - Throws: ``TimelineError``, which names the entry.
  init(_ data: Data) throws(TimelineError) {
    guard let found = try? JSONDecoder().decode([Entry].self, from: data) else {
      throw TimelineError(reason: "not a list of entries in JSON")
    }
    for (index, entry) in found.enumerated() {
      func insist(_ isGood: Bool, _ words: String) throws(TimelineError) {
        if !isGood { throw TimelineError(reason: "entry \(index + 1): \(words)") }
      }
      try insist(Self.isDay(entry.date ?? ""), "'date' is no day. Write it as 2026-11-23")
      try insist(entry.title?.isEmpty == false, "'title' is missing. Give it one")
    }
    entries = found
  }

  /// Oldest first; entries of one day as they stand in the file.
  var markdown: String {
    let sorted = entries.enumerated().sorted { ($0.element.date ?? "", $0.offset) < ($1.element.date ?? "", $1.offset) }
    let head = "# Product timeline\n\nWritten from \(Self.source) by `fieldos release timeline`. Change that file.\n"
    return ([head] + sorted.map { Self.section($0.element) }).joined(separator: "\n")
  }

  private static func section(_ entry: Entry) -> String {
    let tag = entry.tag.flatMap(\.nonEmpty).map { " (\(line($0)))" } ?? ""
    var blocks = ["## \(entry.date ?? ""): \(line(entry.title ?? ""))\(tag)"]
    if let summary = entry.summary?.nonEmpty { blocks.append(line(summary)) }
    if let highlights = entry.highlights, !highlights.isEmpty {
      blocks.append(highlights.map { "- " + line($0) }.joined(separator: "\n"))
    }
    if let artifacts = entry.artifacts, !artifacts.isEmpty {
      blocks.append("Artifacts: " + artifacts.map { "`\(line($0))`" }.joined(separator: ", "))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func line(_ text: String) -> String { Wording.plain(text) }

  /// A day of the calendar: 2026-02-30 is none.
  private static func isDay(_ text: String) -> Bool {
    guard text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil else { return false }
    let style = Date.ISO8601FormatStyle().year().month().day()
    return (try? style.parse(text)).map { style.format($0) == text } ?? false
  }
}

/// A timeline that can't be told.
struct TimelineError: Error, Equatable {
  let reason: String
}
