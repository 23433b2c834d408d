import ArgumentParser
import CRM
import Domain
import Foundation
import Storage

struct CRMCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crm", abstract: "Deliveries, and a mock CRM to deliver to.",
    subcommands: [MockCRMCommand.self, CRMStatusCommand.self, CRMFlushCommand.self])
}

struct MockCRMCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mock", abstract: "Run a CRM for demos and drills; it keeps what it takes in memory.",
    discussion: "POST /crm/push takes a note, GET /crm/records lists what was taken.")

  @Option(help: "Address to listen on.") var host = "127.0.0.1"
  @Option(help: "Port to listen on; 0 lets the system choose.") var port = 8787
  @Option(help: "Refuse this many pushes with 503 before the first is taken.") var failures = 0

  func validate() throws {
    if !(0...65535).contains(port) { throw ValidationError("--port: from 0 to 65535.") }
    if failures < 0 { throw ValidationError("--failures: 0 or more.") }
  }

  func run() async throws {
    let server = MockCRMServer(host: host, port: port, failures: failures)
    let host = host
    try await Interruption.cancelling {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        Console.line("mock CRM: http://\(host):\(try await server.port)/crm/push (Ctrl-C ends it)")
        try await group.waitForAll()
      }
    }
  }
}

struct CRMStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "How many notes are in which state.")

  func run() async throws {
    let counts = try openExisting().outbox.counts()
    for state in DeliveryState.allCases { Console.line("\(state.rawValue)=\(counts[state, default: 0])") }
  }
}

struct CRMFlushCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flush", abstract: "Queue cached and failed notes again; 'fieldos up' delivers them.")

  func run() async throws {
    let count = try openExisting().outbox.flush()
    Console.line("\(count) note(s) queued again.")
  }
}

/// The store of a data folder that is there already: a question must not make an empty one.
private func openExisting() throws -> FieldStore {
  let folder = try Settings.load().dataDirectory
  guard FileManager.default.fileExists(atPath: folder.appending(path: "fieldos.sqlite").path) else {
    throw MissingStore(folder: folder)
  }
  return try FieldStore.open(dataDirectory: folder)
}

/// Nothing was ever taken in there.
struct MissingStore: Error {
  let folder: URL
}
