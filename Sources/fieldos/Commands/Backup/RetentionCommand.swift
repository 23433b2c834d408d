import ArgumentParser
import Domain
import Foundation
import Operations
import Storage

struct RetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "What is kept how long, and what goes next.",
    discussion: "'fieldos up' lets go of it once a minute. Nothing goes here: this only tells.")

  @Flag(help: "List what would go now.") var dryRun = false

  func run() async throws {
    let settings = try Settings.load()
    let retention = try settings.retention()
    let limits = try settings.opsLog()
    for (what, time) in Self.rules(retention, limits) {
      Console.line(what.padding(toLength: 26, withPad: " ", startingAt: 0) + time)
    }
    if dryRun { try list(RetentionService(try FieldStore.existing(), retention)) }
  }

  private static func rules(_ retention: Retention, _ limits: OpsLogLimits) -> [(String, String)] {
    func span(_ count: Double, _ unit: String) -> String {
      count > 0 ? String(format: "%.0f ", count) + unit : "for ever"
    }
    return [
      ("audio of delivered notes", span(retention.audio.hours, "hours")),
      ("audio of other notes", "until they are delivered"),
      ("notes, transcripts", "for ever"),
      ("deleted drafts", span(Draft.undoSeconds / 3_600, "hours")),
      ("archived snapshots", span(retention.archiveDays, "days")),
      (
        "ops_log.jsonl",
        "\(limits.maxBytes) bytes or \(Int(limits.maxAge / 86_400)) days, then \(limits.keep) old ones"
      ),
    ]
  }

  private func list(_ service: RetentionService) throws {
    let due = try service.due(Date())
    for clip in due.clips {
      Console.line(Wording.plain("would go: \(clip.path)  \(clip.byteCount) bytes  \(clip.originalName)"))
    }
    for archive in due.archives { Console.line("would go: \(archive.lastPathComponent)") }
    Console.line(
      "\(due.clips.count) recording(s) are old enough and delivered; each is looked at once more before it goes.")
    Console.line("\(due.archives.count) archived snapshot(s) and \(due.drafts) deleted draft(s) are old enough.")
  }
}
