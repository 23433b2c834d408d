import ArgumentParser
import Domain
import Foundation
import Operations
import Storage

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "How transcription, delivery and the copilot went, with warnings.",
    discussion: """
      Counts notes and jobs of the database, and lines of a prototype's log that were imported. Rates are of what was \
      tried: a note that took three tries is one success.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case markdown, json, html
  }

  @Option(help: "From when on: 24h, 7d, 90m, 2026-11-22 or 2026-11-22T12:00:00Z. Default: all.") var since: String?
  @Option(help: "markdown, json or html.") var format = Format.markdown
  @Option(help: "A log file in place of the data folder's: a prototype's ops_log.jsonl.") var log: String?
  @Flag(help: "List notes that reached the CRM without a high-accuracy transcript.") var impacted = false

  func run() async throws {
    let now = Date()
    let from = try since.map { try Since.parse($0, now: now) }
    if impacted { return try listImpacted(since: from ?? .distantPast) }
    let report = try report(since: from, now: now)
    switch format {
    case .markdown: Console.raw(report.markdown)
    case .json: Console.raw(String(decoding: try report.json(), as: UTF8.self))
    case .html: Console.raw(report.html)
    }
  }

  private func report(since: Date?, now: Date) throws -> OpsReport {
    if let log {
      guard let bytes = try? Data(contentsOf: URL(filePath: log)) else {
        throw UsageError("--log \(log): can't be read. Check the path and its permissions.")
      }
      return try OpsReport(OpsLogReader.read(bytes), store: nil, since: since, until: now)
    }
    let folder = try Settings.load().dataDirectory
    let hasStore = FileManager.default.fileExists(atPath: folder.appending(path: "fieldos.sqlite").path)
    let hasFolder = FileManager.default.fileExists(atPath: folder.path)
    let store = hasStore ? try FieldStore.existing() : nil
    let history = hasFolder ? try OpsLogReader.history(in: folder) : OpsHistory()
    for name in history.unreadableFiles { Console.error("\(name): damaged, left out. Restore it from a backup.") }
    return try OpsReport(history, store: store, since: since, until: now)
  }

  private func listImpacted(since: Date) throws {
    let notes = try FieldStore.existing().operations.impacted(since: since)
    if format == .json {
      return try JSONValue.list(
        notes.map { note in
          .object([
            "note": .text(note.noteID.rawValue), "version": .integer(note.version),
            "account": .text(note.subject.account), "sent_at": .time(note.sentAt),
            "has_transcript_now": .bool(note.hasTranscriptNow),
          ])
        }
      ).print()
    }
    if notes.isEmpty { return Console.line("No note reached the CRM without its high-accuracy transcript.") }
    var table = TextTable(["note", "account", "sent", "transcript now"], flexible: 1)
    for note in notes {
      table.add([
        String(note.noteID.rawValue.prefix(8)), note.subject.account.nonEmpty ?? "–", Timestamp.utc(note.sentAt),
        note.hasTranscriptNow ? "yes" : "no",
      ])
    }
    for line in table.lines(terminalColumns: Console.columns) { Console.line(line) }
    Console.line("\(notes.count) note(s). Look at each again; saving it anew sends a new version.")
  }
}

/// A moment as people type it.
enum Since {
  /// - Throws: ``UsageError``.
  static func parse(_ text: String, now: Date) throws -> Date {
    if let match = text.wholeMatch(of: /([0-9]{1,6})(m|h|d)/), let number = Double(match.1) {
      let units = ["m": 60.0, "h": 3_600, "d": 86_400]
      return now - number * (units[String(match.2)] ?? 0)
    }
    if let date = try? Date(text, strategy: .iso8601) { return date }
    if text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil,
      let date = try? Date(text, strategy: Date.ISO8601FormatStyle(timeZone: .current).year().month().day())
    {
      return date
    }
    throw UsageError("--since \(text): no time. Examples: 24h, 7d, 2026-11-22, 2026-11-22T12:00:00Z.")
  }
}
