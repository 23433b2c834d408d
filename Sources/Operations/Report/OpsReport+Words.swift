import Domain
public import Foundation

extension OpsReport {
  /// What the report says where there is nothing to tell.
  public static let nothing = "No ops log entries found."

  /// The table, in the prototype's order.
  public var rows: [Row] {
    let none = "–"
    func milliseconds(_ value: Double?) -> String { value.map { String(format: "%.0f ms", $0) } ?? none }
    let all: [(String, String)] = [
      ("Entries", String(entries)),
      ("Average first partial", milliseconds(firstPartialMilliseconds)),
      ("Average stream updates", updates.map { String(format: "%.1f", $0) } ?? none),
      ("Stream dropouts", String(dropouts)),
      ("AI failures", String(failures)),
      ("Last event", [lastEvent?.status, lastEvent?.ts].compactMap(\.self).joined(separator: ", ").nonEmpty ?? none),
      ("Final worker success", Self.words(worker)),
      ("Final worker queue", queue.map(String.init) ?? none),
      ("Queue trend (last 5)", trend.isEmpty ? none : trend.map(String.init).joined(separator: " → ")),
      ("Final worker last success", lastSuccess ?? none),
      ("Final worker error", workerError ?? none),
      ("Notes waiting for the CRM", waiting.map(String.init) ?? none),
      ("CRM success", Self.words(crm)),
      ("Latest CRM code", lastCode.map(String.init) ?? none),
      ("Latest CRM error", lastCRMError ?? none),
      ("Copilot requests", String(chat.requests)),
      ("Copilot fallbacks", chat.requests > 0 ? Self.percent(chat.fallbacks, chat.requests) : none),
      ("Positioning briefs", String(chat.briefs)),
      ("Last copilot query", chat.lastQuery ?? chat.lastHash ?? none),
      ("Latest copilot error", chat.lastError ?? none),
    ]
    return all.map { Row(name: $0.0, value: Self.oneLine($0.1)) }
  }

  /// What an operator should look at; none when all is well.
  public var warnings: [String] {
    var all: [String] = []
    if let queue, queue > Thresholds.queueDepth {
      all.append("Final worker queue is \(queue), over \(Thresholds.queueDepth). See: fieldos queue list")
    }
    if let waiting, waiting > Thresholds.queueDepth {
      all.append("\(waiting) notes wait for the CRM, over \(Thresholds.queueDepth). See: fieldos crm status")
    }
    if let workerError { all.append("Final worker error: \(workerError)") }
    if let rate = worker.rate, rate < Thresholds.workerSuccess {
      all.append("Final worker success is \(Self.words(worker)), under 80 %. See: fieldos queue dead")
    }
    if let rate = crm.rate, rate < Thresholds.crmSuccess {
      all.append("CRM success is \(Self.words(crm)), under 90 %. See: fieldos crm dead")
    }
    if let lastCRMError { all.append("Latest CRM error: \(lastCRMError)") }
    if let error = chat.lastError { all.append("Latest copilot error: \(error)") }
    if unreadable > 0 { all.append("\(unreadable) line(s) of the log can't be read and were left out.") }
    return all.map(Self.oneLine)
  }

  /// The prototype's heading and table.
  public var markdown: String {
    if isEmpty { return Self.nothing + "\n" }
    let escape = { (text: String) in text.replacing("\\", with: "\\\\").replacing("|", with: "\\|") }
    var lines = ["## Ops Log Summary", "", "| Metric | Value |", "| --- | --- |"]
    lines += rows.map { "| \($0.name) | \(escape($0.value)) |" }
    lines += ["", "### Warnings", ""]
    lines += warnings.isEmpty ? ["None."] : warnings.map { "- " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A page of its own, without scripts.
  public var html: String {
    let table = rows.map {
      "<tr><th scope=\"row\">\(Self.escaped($0.name))</th><td>\(Self.escaped($0.value))</td></tr>"
    }
    let notes = warnings.map { "<li>\(Self.escaped($0))</li>" }
    let body =
      isEmpty
      ? "<p>\(Self.nothing)</p>"
      : "<table>\n\(table.joined(separator: "\n"))\n</table>\n<h2>Warnings</h2>\n"
        + (notes.isEmpty ? "<p>None.</p>" : "<ul>\n\(notes.joined(separator: "\n"))\n</ul>")
    return """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><title>Ops Log Summary</title></head>
      <body>
      <h1>Ops Log Summary</h1>
      \(body)
      </body>
      </html>

      """
  }

  /// One JSON document; every key is always there.
  public func json() throws -> Data {
    func success(_ value: Success) -> JSONValue {
      .object([
        "good": .integer(Int64(value.good)), "tried": .integer(Int64(value.tried)), "rate": .optional(value.rate),
      ])
    }
    return try JSONText.pretty(
      .object([
        "since": .optional(since.map(Timestamp.utc)), "entries": .integer(Int64(entries)),
        "unreadable_lines": .integer(Int64(unreadable)), "ai_failures": .integer(Int64(failures)),
        "last_event": .object(["status": .optional(lastEvent?.status), "ts": .optional(lastEvent?.ts)]),
        "stream": .object([
          "first_partial_ms": .optional(firstPartialMilliseconds), "updates": .optional(updates),
          "dropouts": .integer(Int64(dropouts)),
        ]),
        "final_worker": .object([
          "success": success(worker), "queue": .optional(queue), "trend": .array(trend.map { .integer(Int64($0)) }),
          "last_success": .optional(lastSuccess), "error": .optional(workerError),
        ]),
        "crm": .object([
          "success": success(crm), "waiting": .optional(waiting), "last_code": .optional(lastCode),
          "last_error": .optional(lastCRMError),
        ]),
        "copilot": .object([
          "requests": .integer(Int64(chat.requests)), "fallbacks": .integer(Int64(chat.fallbacks)),
          "positioning_briefs": .integer(Int64(chat.briefs)), "last_query": .optional(chat.lastQuery),
          "last_hash": .optional(chat.lastHash), "last_error": .optional(chat.lastError),
        ]),
        "warnings": .array(warnings.map(JSONValue.string)),
      ]))
  }

  private static func words(_ success: Success) -> String {
    success.tried == 0 ? "–" : "\(percent(success.good, success.tried)) (\(success.good) of \(success.tried))"
  }

  private static func percent(_ part: Int, _ whole: Int) -> String {
    String(format: "%.1f %%", Double(part) / Double(whole) * 100)
  }

  /// Errors are quoted from elsewhere: they may not make lines of their own.
  private static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
