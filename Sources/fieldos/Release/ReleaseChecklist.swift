import Domain
import Foundation
import Operations
import Storage

/// What has to hold before a release is tagged: the work is tried, the machine that tried it is well, and nobody's words
/// are left in the files that people read.
struct ReleaseChecklist {
  /// What a smoke run has to be newer than.
  private static let sources = ["Sources", "Package.swift", "Package.resolved"]

  let git: Git
  /// Where smoke runs are kept.
  let smokeFolder: URL
  let settings: Settings
  let store: FieldStore
  /// nil asks nothing about a version.
  let version: ReleaseVersion?
  let now: Date

  func walk() async -> [ChecklistStep] {
    let dashboard = await dashboard()
    let data = [step("smoke", smoke), dashboard, step("archive", archive)] + snapshot() + [step("sample", sample)]
    return data + [step("work tree", workTree)] + (version.map(named) ?? [])
  }

  private typealias Found = (isGood: Bool, words: String)

  private func step(_ name: String, _ look: () throws -> Found) -> ChecklistStep {
    do {
      let found = try look()
      return ChecklistStep(name: name, isGood: found.isGood, words: found.words)
    } catch {
      return ChecklistStep(name: name, isGood: false, words: Wording.line(for: error))
    }
  }

  private func smoke() throws -> Found {
    let runs = KeptSmoke.all(in: smokeFolder).filter { version == nil || $0.version == version?.number }
    let again = "Run it: fieldos smoke --record --by NAME"
    guard let run = runs.last else {
      let which = version.map { " of \($0.number)" } ?? ""
      return (false, "no smoke run\(which) in \(smokeFolder.path). \(again)")
    }
    let name = "\(run.fileName), \(run.version)"
    guard run.isPassed else { return (false, "\(name): failed. \(again)") }
    guard let signer = run.signer else { return (false, "\(name): nobody signed it. Write a name below it.") }
    if let changed = try git.lastChange(of: Self.sources), changed > run.date {
      return (false, "\(name): older than the last change of the sources. \(again)")
    }
    return (true, "\(name), passed, signed by \(signer)")
  }

  /// What the page Operations and the report warn of.
  private func dashboard() async -> ChecklistStep {
    let findings = await Checkup.run(Checkup.checks(settings, .beside, store: store))
    let broken = findings.filter { $0.verdict.level == .failure }.map { "\($0.check): \($0.verdict.detail)" }
    return step("dashboard") {
      let report = try OpsReport(
        OpsLogReader.history(in: settings.dataDirectory), store: store, since: now - 86_400, until: now)
      let troubles = broken + report.warnings
      if let first = troubles.first {
        return (false, "\(troubles.count) warning(s), first: \(first) See all: fieldos report; fieldos doctor")
      }
      return (true, "no warning in the last 24 hours")
    }
  }

  private func archive() throws -> Found {
    guard let last = try store.events.latest(["crm."], limit: 1).first?.at else {
      return (true, "no note was sent, nothing to keep")
    }
    guard let newest = SnapshotView(store: store).archives(since: last).last else {
      return (false, "the snapshot was not archived since the last delivery. Do it: fieldos archive snapshot")
    }
    return (true, newest.lastPathComponent)
  }

  private func snapshot() -> [ChecklistStep] {
    let scrub = "Clear them: fieldos snapshot scrub"
    let view = SnapshotView(store: store)
    return [
      step("payloads") {
        let count = try view.remains().payloads
        return (count == 0, count == 0 ? "none in the snapshot" : "\(count) in crm_snapshot.json. \(scrub)")
      },
      step("status") {
        let isThere = try view.remains().hasStatus
        return (!isThere, isThere ? "the last delivery's is in crm_snapshot.json. \(scrub)" : "reset")
      },
    ]
  }

  private func sample() throws -> Found {
    let count = try SampleView(store: store).leftovers()
    if count == 0 { return (true, "customers only") }
    return (false, "\(count) row(s) of notes in crm_sample.csv. Remove them: fieldos crm reset-sample --keep-demo")
  }

  private func workTree() throws -> Found {
    let paths = try git.changedPaths()
    guard let first = paths.first else { return (true, "nothing is left to commit") }
    return (false, "\(paths.count) path(s) not committed, first: \(first)")
  }

  private func named(_ version: ReleaseVersion) -> [ChecklistStep] {
    [
      step("changelog") {
        let file = git.folder.appending(path: "CHANGELOG.md")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let isThere = text.split(separator: "\n").contains { Self.heads($0, version) }
        return (isThere, isThere ? "tells of \(version.number)" : "\(file.path) has no section '## \(version.number)'")
      },
      step("tag") {
        let isTaken = try git.hasTag(version.tag)
        return (!isTaken, isTaken ? "\(version.tag) is there already. Name another version." : "\(version.tag) is free")
      },
    ]
  }

  /// `## 4.4.0-beta`, `## [4.4.0-beta] - 2026-11-23`, `## v4.4.0-beta`
  private static func heads(_ line: Substring, _ version: ReleaseVersion) -> Bool {
    guard line.hasPrefix("## ") else { return false }
    let word = line.dropFirst(3).split(separator: " ").first ?? ""
    let bare = word.trimmingCharacters(in: ["[", "]"])
    return bare == version.number || bare == version.tag
  }
}
