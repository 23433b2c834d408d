import ArgumentParser
import Foundation
import ModelStore

struct ModelsVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read models whole: sizes, SHA-256, and whether the engine can open them.",
    discussion: "Exit code 1 when a model is damaged.")

  @Argument(help: "A model's name or folder; left out, all models are checked.") var name: String?
  @Flag(help: "Print JSON, one object a model.") var json = false

  private struct Report: Encodable {
    struct File: Encodable {
      let name: String
      let state: String
    }
    let name: String
    let path: String
    let usable: Bool
    let files: [File]
    let problem: String?
  }

  func run() async throws {
    let settings = try Settings.load()
    var reports: [Report] = []
    for (name, folder) in try models(settings) {
      let verdict = try ModelVerification.verify(folder) { file in
        if Console.isTerminal { Console.rawError("\r\u{1B}[K\(Wording.plain("\(name): reading \(file)"))") }
      }
      if Console.isTerminal { Console.rawError("\r\u{1B}[K") }
      reports.append(report(name, folder, verdict))
      if !json { show(reports[reports.count - 1]) }
    }
    if json { Console.line(try ModelText.json(reports)) }
    if reports.contains(where: { !$0.usable }) { throw ExitCode(1) }
  }

  private func models(_ settings: Settings) throws -> [(String, URL)] {
    if let name {
      let found = try settings.catalog.find(name)
      return [(found.name, found.folder)]
    }
    return ModelInventory(settings.modelLocations).all().filter { $0.state != .unfinished }.map { ($0.name, $0.folder) }
  }

  private func report(_ name: String, _ folder: URL, _ verdict: ModelVerdict) -> Report {
    Report(
      name: name, path: folder.path, usable: verdict.isUsable,
      files: verdict.files.map { Report.File(name: $0.name, state: Self.words($0.state)) },
      problem: verdict.problem.map { Wording.line(for: $0) })
  }

  private static func words(_ state: ModelVerdict.State) -> String {
    switch state {
    case .right: "ok"
    case .unchecked: "no checksum known"
    case .missing: "missing"
    case .wrongSize(let found, let expected): "\(found) bytes instead of \(expected)"
    case .wrongChecksum: "wrong checksum"
    }
  }

  private func show(_ report: Report) {
    let wrong = report.files.filter { !["ok", "no checksum known"].contains($0.state) }
    let checked = report.files.filter { $0.state == "ok" }.count
    if report.usable {
      let sums = checked == 0 ? "no checksums known" : "\(checked) of \(report.files.count) checksums ok"
      return Console.line(Wording.plain("✓ \(report.name): opens, \(sums) (\(report.path))"))
    }
    let reasons = wrong.map { "\($0.name) \($0.state)" } + (report.problem.map { [$0] } ?? [])
    let remedy = "Fetch it again: fieldos models pull \(report.name) --force"
    Console.line(Wording.plain("✗ \(report.name): \(reasons.joined(separator: "; ")) → \(remedy)"))
  }
}
