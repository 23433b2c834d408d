import ArgumentParser
import Domain
import Foundation
import Operations
import Storage

struct SnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "The summary in crm_snapshot.json: show it, or clear the notes in it.",
    subcommands: [SnapshotShowCommand.self, SnapshotScrubCommand.self])
}

struct SnapshotShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What the snapshot says now; no words of notes without --json.")

  @Flag(help: "Print the snapshot itself, words of notes included.") var json = false

  /// What of the snapshot is shown; a field that is not there, or is of another kind, is left out.
  private struct Shown: Decodable {
    struct Status: Decodable {
      let state: String?
      let timestamp: String?
      let error: String?
      let response_code: Int?
    }
    struct Payload: Decodable {
      let account: String?
      let service: String?
      let ts: String?
      let crm_status: Status?
    }
    struct Worker: Decodable {
      let queue_depth: Int?
      let last_success_ts: String?
      let last_error: String?
      let model: String?
    }
    let last_sync: String?
    let ai_fail_count: Int?
    let ai_latency_totals: [String: Double]?
    let ai_latency_counts: [String: Int]?
    let last_crm_status: Status?
    let recent_payloads: [Payload]?
    let final_transcribe_stats: Worker?
  }

  func run() async throws {
    let snapshot = try SnapshotView(store: try FieldStore.existing()).current()
    if json { return Console.raw(String(decoding: snapshot, as: UTF8.self)) }
    let shown = try JSONDecoder().decode(Shown.self, from: snapshot)
    for (name, value) in Self.facts(shown) {
      Console.line(Wording.plain(name.padding(toLength: 16, withPad: " ", startingAt: 0) + value))
    }
    for payload in shown.recent_payloads ?? [] { Console.line(Wording.plain("  " + Self.line(payload))) }
  }

  private static func facts(_ shown: Shown) -> [(String, String)] {
    let count = shown.ai_latency_counts?["transcribe"] ?? 0
    let seconds = shown.ai_latency_totals?["transcribe"] ?? 0
    let average = count > 0 ? String(format: ", %.2f s each", seconds / Double(count)) : ""
    let worker = shown.final_transcribe_stats
    return [
      ("last sync", shown.last_sync ?? "never"),
      ("last delivery", shown.last_crm_status.map(line) ?? "none"),
      ("transcribed", "\(count)\(average), \(shown.ai_fail_count ?? 0) given up"),
      ("worker queue", "\(worker?.queue_depth ?? 0)\(worker?.last_error.map { ", last error: \($0)" } ?? "")"),
      ("recent notes", "\(shown.recent_payloads?.count ?? 0)"),
    ]
  }

  private static func line(_ payload: Shown.Payload) -> String {
    [payload.ts, payload.account, payload.service, payload.crm_status.map(line)].map { $0 ?? "–" }
      .joined(separator: "  ")
  }

  private static func line(_ status: Shown.Status) -> String {
    [status.state, status.response_code.map { "HTTP \($0)" }, status.timestamp, status.error].compactMap(\.self)
      .joined(separator: " ")
  }
}

struct SnapshotScrubCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scrub", abstract: "Clear the payloads and the last delivery's status; counters stay.",
    discussion: "They don't come back. The notes themselves, and their deliveries, are not touched.")

  func run() async throws {
    let isChanged = try SnapshotView(store: try FieldStore.existing()).scrub()
    Console.line(
      isChanged ? "crm_snapshot.json: notes cleared, counters kept." : "crm_snapshot.json: nothing to clear.")
  }
}
