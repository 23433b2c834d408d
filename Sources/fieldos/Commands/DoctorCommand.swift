import ArgumentParser
import Domain
import Foundation
import ModelStore
import SpeechEngine
import Storage

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check this machine and the data folder; exit code 1 when something won't work.")

  @Flag(help: "Print JSON, one object a check.") var json = false

  private struct Finding: Encodable {
    let check: String
    let level: String
    let detail: String
    let remedy: String?
  }

  func run() async throws {
    let settings = try Settings.load()
    var findings: [Finding] = []
    for check in Self.checks(settings) {
      let verdict = await check.run()
      findings.append(
        Finding(check: check.name, level: verdict.level.rawValue, detail: verdict.detail, remedy: verdict.remedy))
    }
    try print(findings)
    if findings.contains(where: { $0.level == HealthVerdict.Level.failure.rawValue }) { throw ExitCode(1) }
  }

  private func print(_ findings: [Finding]) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return Console.line(String(decoding: try encoder.encode(findings), as: UTF8.self))
    }
    let signs = ["ok": "✓", "warning": "!", "failure": "✗"]
    let width = findings.map(\.check.count).max() ?? 0
    for finding in findings {
      let name = finding.check.padding(toLength: width, withPad: " ", startingAt: 0)
      Console.line(
        "\(signs[finding.level] ?? "?") \(name)  \(finding.detail)\(finding.remedy.map { ". → " + $0 } ?? "")")
    }
  }

  private static func checks(_ settings: Settings) -> [HealthCheck] {
    [processor, model(settings), LiveWordsCheck.make(settings), ffmpeg] + dataFolder(settings)
  }

  private static let processor = HealthCheck(name: "CPU") {
    let kernels = KernelVariant.available
    let detail = "\(KernelVariant.cores) cores, kernels \(kernels.joined(separator: ", "))"
    return kernels == ["scalar"]
      ? HealthVerdict(.warning, detail: detail, remedy: "works, but slowly: no SIMD kernels for this CPU yet")
      : HealthVerdict(.ok, detail: detail)
  }

  private static func model(_ settings: Settings) -> HealthCheck {
    HealthCheck(name: "model") {
      do {
        let choice = try EngineChoice(settings)
        let model = try WhisperModel(folder: choice.model.folder, computeType: choice.computeType)
        let detail = "\(choice.summary), \(model.shape.width) wide, loads"
        guard choice.model.isDemo else { return HealthVerdict(.ok, detail: detail) }
        return HealthVerdict(.warning, detail: detail, remedy: EngineChoice.demoNotice)
      } catch {
        return HealthVerdict(.failure, detail: Wording.line(for: error))
      }
    }
  }

  private static let ffmpeg = HealthCheck(name: "ffmpeg") {
    guard let path = FFmpegReader.executable() else {
      return HealthVerdict(.warning, detail: "not found, only WAV files can be read", remedy: "install ffmpeg")
    }
    return HealthVerdict(.ok, detail: path.path)
  }

  /// The data folder, and where it opens the store's own checks.
  private static func dataFolder(_ settings: Settings) -> [HealthCheck] {
    do {
      let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
      return [HealthCheck(name: "data folder") { queues(store) }] + store.healthChecks
    } catch {
      let verdict = HealthVerdict(.failure, detail: Wording.line(for: error))
      return [HealthCheck(name: "data folder") { verdict }]
    }
  }

  private static func queues(_ store: FieldStore) -> HealthVerdict {
    do {
      let depth = try store.jobs.depth()
      let counts = try store.outbox.counts()
      let waiting = [.queued, .sending, .retrying].reduce(0) { $0 + counts[$1, default: 0] }
      return HealthVerdict(
        .ok, detail: "\(store.dataDirectory.path), writable, \(depth) recordings and \(waiting) notes in the queues")
    } catch {
      return HealthVerdict(.failure, detail: Wording.line(for: error))
    }
  }
}
