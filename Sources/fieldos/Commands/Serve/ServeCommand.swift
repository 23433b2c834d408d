import ArgumentParser
import Domain
import Foundation
import Serving
import SpeechServer
import Storage
import Transcription

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve transcripts to programs that speak OpenAI's audio API: /v1/audio/transcriptions and more.",
    discussion: "Give a client the address that is printed as its base URL. Before the first 'fieldos keys add' only "
      + "programs of this machine are served, with any key or none. With FIELDOS_TLS_CERT and FIELDOS_TLS_KEY set it serves "
      + "https. The API: docs/server.md.")

  @Option(help: "Address to listen on.") var host = "127.0.0.1"
  @Option(help: "Port to listen on; 0 lets the system choose.") var port = 8766
  @OptionGroup var engine: EngineFlags

  func validate() throws {
    if !(0...65_535).contains(port) { throw ValidationError("--port: from 0 to 65535.") }
  }

  func run() async throws {
    let interruption = Interruption()
    interruption.cut(after: 10)
    let settings = try engine.settings()
    let choice = try EngineChoice(settings)
    for notice in choice.notices { Console.error(notice) }
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    var configuration = try RequestProcess.server(settings, choice) { Console.line("engine: " + $0) }
    (configuration.host, configuration.port) = (host, port)
    configuration.tls = try settings.tls()
    let server = try SpeechServer(store: store, configuration: configuration) { [configuration] port in
      let needsKey = (try? store.apiKeys.areNeeded()) ?? true
      for line in Self.lines(configuration, port, needsKey: needsKey) { Console.line(line) }
    }
    _ = try await interruption.cancelling { try await server.run() }
  }

  private static func lines(_ server: SpeechServerConfiguration, _ port: Int, needsKey: Bool) -> [String] {
    let (host, scheme) = (server.host, server.tls == nil ? "http" : "https")
    let shown = host.contains(":") ? "[\(host)]" : host
    var lines = ["serving \(scheme)://\(shown):\(port)/v1"]
    guard !HostName.isLoopback(host.lowercased()) else { return lines }
    if !needsKey {
      lines.append("only programs of this machine are served before there is a key. Make one: fieldos keys add NAME")
    }
    if server.tls == nil {
      lines.append("without TLS: keys and recordings can be read on the network. Run: fieldos cert")
    }
    return lines
  }
}

/// The engine's own process: the server starts it, and survives it.
struct RequestWorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request-worker",
    abstract: "Transcribe files that lines of JSON on standard input name, and say what they hold in lines of JSON.",
    shouldDisplay: false)

  @OptionGroup var engine: EngineFlags

  func run() async throws {
    let worker = try WorkerProcess.startable {
      let settings = try engine.settings()
      return try RequestProcess.worker(settings, try EngineChoice(settings))
    }
    // Blocking reads have a thread of their own; nobody waits for what was not said when the parent is gone.
    Thread.detachNewThread {
      do {
        try worker.run { FileHandle.standardInput.availableData }
      } catch {
        Console.error("fieldos: " + Wording.line(for: error))
        Foundation.exit(WorkerSupervisor.unusable)
      }
      Foundation.exit(0)
    }
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}
