import ArgumentParser
import CRM
import Domain
import Foundation
import Storage

struct CRMCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crm", abstract: "Deliveries, and a mock CRM to deliver to.",
    subcommands: [
      MockCRMCommand.self, CRMStatusCommand.self, CRMDeadCommand.self, CRMRetryCommand.self, CRMFlushCommand.self,
      CRMOfflineCommand.self, ResetSampleCommand.self,
    ])
}

struct MockCRMCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mock", abstract: "Run a CRM for demos and drills; it keeps what it takes in memory.",
    discussion: "POST /crm/push takes a note, GET /crm/records lists what was taken, GET /crm/counts counts duplicates."
  )

  @Option(help: "Address to listen on.") var host = "127.0.0.1"
  @Option(help: "Port to listen on; 0 lets the system choose.") var port = 8787
  @Option(help: "Refuse this many pushes with 503 before the first is taken.") var failures = 0
  @Option(help: "Refuse with 401 what is not signed with one of these: whsec_…, several apart by spaces or commas.")
  var signingSecret: String?

  func validate() throws {
    if !(0...65535).contains(port) { throw ValidationError("--port: from 0 to 65535.") }
    if failures < 0 { throw ValidationError("--failures: 0 or more.") }
  }

  func run() async throws {
    let server = MockCRMServer(host: host, port: port, failures: failures, signer: try signer())
    let host = host
    try await Interruption.cancelling {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        Console.line("mock CRM: http://\(host):\(try await server.port)/crm/push (Ctrl-C ends it)")
        try await group.waitForAll()
      }
    }
  }

  private func signer() throws -> WebhookSigner? {
    do {
      return try signingSecret.flatMap { text throws(CRMConfigurationError) in try WebhookSigner(secrets: text) }
    } catch {
      throw UsageError(Wording.signingSecret("--signing-secret", error))
    }
  }
}
