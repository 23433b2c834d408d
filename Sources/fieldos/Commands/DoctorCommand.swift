import ArgumentParser
import Domain
import Foundation

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check this machine and the data folder, and say what to do.",
    discussion: """
      Exit code 0 when it works, with warnings too; 1 when something won't work. With --strict, 3 when there are \
      warnings only.
      """)

  @Flag(help: "Print JSON, one object a check.") var json = false
  @Flag(help: "Exit with 3 when there are warnings only.") var strict = false

  private struct Finding: Encodable {
    let check: String
    let level: String
    let detail: String
    let remedy: String?
  }

  func run() async throws {
    let findings = await Checkup.run(Checkup.checks(try Settings.load(), .whole))
    try print(findings)
    let levels = Set(findings.map(\.verdict.level))
    if levels.contains(.failure) { throw ExitCode(1) }
    if strict, levels.contains(.warning) { throw ExitCode(3) }
  }

  private func print(_ findings: [HealthFinding]) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let all = findings.map {
        Finding(
          check: $0.check, level: $0.verdict.level.rawValue, detail: $0.verdict.detail, remedy: $0.verdict.remedy)
      }
      return Console.line(String(decoding: try encoder.encode(all), as: UTF8.self))
    }
    let width = findings.map(\.check.count).max() ?? 0
    for finding in findings { Console.line(Wording.line(for: finding, width: width)) }
  }
}

extension Wording {
  /// A sign, the check, what was found, and what to do about it.
  static func line(for finding: HealthFinding, width: Int = 0) -> String {
    let sign =
      switch finding.verdict.level {
      case .ok: "✓"
      case .warning: "!"
      case .failure: "✗"
      }
    let name = finding.check.padding(toLength: max(width, finding.check.count), withPad: " ", startingAt: 0)
    let detail =
      finding.verdict.detail.hasSuffix(".") ? String(finding.verdict.detail.dropLast()) : finding.verdict.detail
    return plain("\(sign) \(name)  \(detail)\(finding.verdict.remedy.map { ". → " + $0 } ?? "")")
  }
}
