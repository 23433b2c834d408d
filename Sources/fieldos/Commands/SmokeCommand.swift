import ArgumentParser
import Domain
import Foundation
import ModelStore
import Storage

struct SmokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smoke", abstract: "Walk the whole road once in a folder of its own, and say what held.",
    discussion: """
      A recording, its words, a note, a mock CRM that refuses once, the log, the report. Touches no data of yours. \
      Exit code 1 when a step failed.
      """)

  @Flag(help: "No model: the transcript is the fixed QA text.") var mock = false
  @Option(help: "The recording. Default: a bundled one.") var clip: String?
  @Flag(help: "Write the result with host, CPU and figures to docs/smoke/.") var record = false
  @Option(help: "Who signs off what --record writes.") var by: String?
  @Option(help: "Where --record writes.") var recordDir = "docs/smoke"

  func run() async throws {
    var settings = try Settings.load()
    let folder = FileManager.default.temporaryDirectory.appending(path: "fieldos-smoke-\(RandomHex.make(bytes: 4))")
    defer { try? FileManager.default.removeItem(at: folder) }
    // The model is found where the real data folder has it.
    let choice = mock ? nil : try EngineChoice(settings)
    settings.model = choice?.model.folder.path
    settings.dataDirectory = folder
    settings.whisperEndpoint = nil
    for notice in choice?.notices ?? [] { Console.error(notice) }
    let file = try clip.map { URL(filePath: $0) } ?? Resources.sampleClips().first?.file
    guard let file, FileManager.default.fileExists(atPath: file.path) else {
      throw UsageError("--clip \(clip ?? ""): no such file. Check the path.")
    }
    let began = ContinuousClock.now
    let store = try FieldStore.open(dataDirectory: folder)
    let run = SmokeRun(settings: settings, store: store, isMock: mock)
    let (signal, done) = try await Interruption().cancelling { try await run.run(file) }
    if let signal { throw ExitCode(128 + signal) }
    let steps = done ?? []
    let seconds = (ContinuousClock.now - began).inSeconds
    for step in steps { Console.line(step.line) }
    let isGood = !steps.isEmpty && steps.allSatisfy(\.isGood)
    Console.line("smoke: \(isGood ? "passed" : "FAILED") in \(String(format: "%.1f", seconds)) s")
    if record { try write(steps, engine: choice?.summary ?? "mock", seconds) }
    if !isGood { throw ExitCode(1) }
  }

  private func write(_ steps: [ChecklistStep], engine: String, _ seconds: Double) throws {
    let record = SmokeRecord(
      steps: steps, engine: engine, seconds: seconds, date: Date(), host: ProcessInfo.processInfo.hostName, signer: by)
    let folder = URL(filePath: recordDir)
    let file = folder.appending(path: record.fileName)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(record.text.utf8).write(to: file, options: .atomic)
    } catch {
      throw UsageError("--record: \(file.path) can't be written. Name another folder: --record-dir DIR")
    }
    Console.line("written to \(file.path)")
  }
}
