import ArgumentParser
import CRM
import Capture
import Domain
import Foundation
import Storage
import Transcription

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Take the bundled recordings down the whole road, in a fresh data folder.",
    discussion: "Needs no download and no network: a real engine, a real worker process, a mock CRM that fails once.")

  @Flag(help: "End when everything is delivered. Without it, the road stays open for 'fieldos ingest'.") var once =
    false
  @Option(help: "Data folder to make. Default: data/demo-<date>-<time>.") var dataDir: String?

  func run() async throws {
    var settings = try Settings.load()
    settings.dataDirectory = try freshFolder(beside: settings.dataDirectory)
    settings.model = "demo-en"
    settings.whisperEndpoint = nil
    let samples = try Resources.sampleClips()
    let choice = try EngineChoice(settings)
    for notice in choice.notices { Console.error(notice) }
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    try DemoData.copy(to: settings.dataDirectory)
    Customers.importIfNew(store)
    let signal = try await Interruption.cancelling { [settings] in try await play(samples, settings, store) }
    try conclude(store, settings.dataDirectory, samples, finished: signal == nil)
  }

  private func freshFolder(beside data: URL) throws -> URL {
    if let dataDir {
      let folder = URL(filePath: dataDir, directoryHint: .isDirectory)
      let isUsed = FileManager.default.fileExists(atPath: folder.appending(path: "fieldos.sqlite").path)
      if isUsed { throw UsageError("\(folder.path): holds a store already. The demo wants a new folder.") }
      return folder
    }
    let stamp = Timestamp.local(Date(), zone: .current).replacing("T", with: "-").replacing(":", with: "")
    return data.appending(path: "demo-\(stamp)-\(RandomHex.make(bytes: 2))", directoryHint: .isDirectory)
  }

  private func play(_ samples: [Resources.Sample], _ settings: Settings, _ store: FieldStore) async throws {
    let server = MockCRMServer(port: 0, failures: 1)
    let narrator = try RoadNarrator(store)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      let endpoint = "http://127.0.0.1:\(try await server.port)/crm/push"
      narrator.say("mock CRM", "listens on \(endpoint), refuses the first push")
      let crm = try CRMConfiguration(endpoint: endpoint, maxAttempts: 5)
      let worker = WorkerProcess.supervisor(settings, mock: false, givesUp: true) { UpCommand.tell($0, narrator) }
      let road = Road(store: store, crm: crm, worker: worker, noteContact: .demo, end: .whenSettled)
      try await narrated(by: narrator) {
        let ingest = Ingest(store: store, dataDirectory: settings.dataDirectory)
        for sample in samples { _ = try ingest.ingest(file: sample.file) }
        try await road.run()
      }
      if !once { try await stayOpen(settings, store, crm, worker, samples) }
      group.cancelAll()
    }
  }

  private func conclude(
    _ store: FieldStore, _ folder: URL, _ samples: [Resources.Sample], finished: Bool
  ) throws {
    let summary = try RoadSummary(store)
    Console.line("\n" + summary.table(terminalColumns: Console.columns) + "\n")
    try admitErrors(store, samples)
    Console.line("Files in \(folder.path):")
    Console.line("  fieldos.sqlite  the truth\n  ops_log.jsonl   what happened\n  audio_cache/    the recordings")
    if finished, summary.delivered < summary.count {
      Console.error("fieldos: \(summary.count - summary.delivered) of \(summary.count) notes were not delivered.")
      throw ExitCode(1)
    }
  }

  private func stayOpen(
    _ settings: Settings, _ store: FieldStore, _ crm: CRMConfiguration, _ worker: WorkerSupervisor,
    _ samples: [Resources.Sample]
  ) async throws {
    Console.line("\n" + (try RoadSummary(store).table(terminalColumns: Console.columns)) + "\n")
    Console.line("The road stays open. Add a recording from another terminal; Ctrl-C ends it:")
    Console.line("  FIELDOS_DATA_DIR='\(settings.dataDirectory.path)' fieldos ingest FILE\n")
    let road = Road(store: store, crm: crm, worker: worker, noteContact: .demo, end: .never)
    try await narrated(by: try RoadNarrator(store)) { try await road.run() }
  }

  /// What the demo model got wrong is said, not hidden.
  private func admitErrors(_ store: FieldStore, _ samples: [Resources.Sample]) throws {
    let spoken = Dictionary(samples.map { ($0.file.lastPathComponent, $0.spoken) }, uniquingKeysWith: { $1 })
    for clip in try store.clips.all() {
      guard let words = spoken[clip.originalName], let heard = try store.transcripts.find(clip.id) else { continue }
      if heard.text != words { Console.line("The demo model erred: in \(clip.originalName) was said “\(words)”\n") }
    }
  }
}
