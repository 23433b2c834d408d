public import Domain
import Foundation

/// What an erasure found and did, in words that the command and the page share.
public enum EraseWords {
  /// What is told of a plan, with the tables that make it up.
  private static let groups: [(label: String, tables: [String])] = [
    ("contact", ["people"]), ("account, for nobody else is in it", ["accounts"]), ("follow-ups", ["follow_ups"]),
    ("notes and drafts", ["drafts"]), ("their versions", ["draft_versions", "note_versions"]),
    ("recordings", ["clips", "recordings"]),
    ("transcripts and corrections", ["transcripts", "transcript_corrections"]),
    ("deliveries and their attempts", ["outbox", "attempts"]),
    ("what helpers did", ["helper_cues", "helper_quotes", "helper_steps"]),
    ("jobs of transcription", ["jobs", "job_attempts", "job_progress", "job_segments"]),
    ("lines of the history", ["events"]),
  ]

  /// How many rows go, by what they are; what there is none of is left out.
  public static func lines(_ plan: ErasePlan) -> [(label: String, count: Int)] {
    lines(plan.counts)
  }

  public static func lines(_ counts: [String: Int]) -> [(label: String, count: Int)] {
    let told = Set(groups.flatMap(\.tables))
    let rest = counts.filter { !told.contains($0.key) && $0.key != "files" }.values.reduce(0, +)
    let all = groups.map { ($0.label, $0.tables.reduce(0) { $0 + counts[$1, default: 0] }) }
    return (all + [("other rows", rest), ("files", counts["files", default: 0])]).filter { $0.1 > 0 }
  }

  public static func mentions(_ plan: ErasePlan) -> String? {
    let count = plan.mentions.count + plan.moreMentions
    if count == 0 { return nil }
    return "Also mentioned in \(count) note\(count == 1 ? "" : "s") about others. They stay."
  }

  /// What has to be erased in the CRM, a line a note.
  public static func deliveries(_ plan: ErasePlan) -> [String] {
    if plan.deliveries.isEmpty { return ["The CRM has no note about this person from here."] }
    return ["The CRM has copies. Erase them there; this list is not kept here:"]
      + plan.deliveries.map { "  " + line($0) }
  }

  public static func line(_ delivery: ErasePlan.Delivery) -> String {
    let code = delivery.responseCode.map { "HTTP \($0)" } ?? "may have arrived"
    return [delivery.crmID, delivery.customerID, String(Timestamp.utc(delivery.at).prefix(16)) + "Z", code]
      .filter { !$0.isEmpty }.joined(separator: "  ")
  }

  public static func result(_ report: EraseReport) -> [String] {
    let id = "Erasure \(report.erasure.id.rawValue.prefix(8))"
    if report.isWaiting {
      return [
        "\(id): everything is removed, but another process keeps the database from being written anew, so nothing is "
          + "proven. It goes on at the next start, or now: fieldos erase --continue"
      ]
    }
    guard let proof = report.erasure.proof else { return ["\(id): \(report.erasure.state.rawValue)."] }
    let rows = report.erasure.removed.values.reduce(0, +)
    var lines = ["\(id): \(rows) rows and files removed. " + words(proof)]
    lines += report.residue.map { "  still in \($0.path): \($0.words + $0.exact) places" }
    if !proof.holds { lines.append("Try again: fieldos erase --continue") }
    if proof.mentions > 0 { lines.append("\(proof.mentions) rows of others hold the words. They stay.") }
    lines += told("Backups that still hold it; nothing in them was changed:", report.backups.map(\.path))
    lines += told("Files that FieldOS does not write and that hold it; edit them by hand:", report.foreign.map(\.path))
    lines += told("Could not be looked into:", report.unreadable)
    return lines
  }

  /// The proof in one line.
  public static func words(_ proof: ErasureProof) -> String {
    let size = (proof.bytes + 999_999) / 1_000_000
    let short = proof.short > 0 ? " \(proof.short) are too short to be searched for." : ""
    let found = proof.holds ? "nothing was found" : "\(proof.residue) places were found"
    return "Searched \(proof.files) files, \(size) MB, for \(proof.needles) names and codes: \(found).\(short)"
  }

  private static func told(_ head: String, _ paths: [String]) -> [String] {
    paths.isEmpty ? [] : [head] + paths.map { "  " + $0 }
  }
}
