import ArgumentParser
import Domain
import Foundation

@main
enum Main {
  /// Exit codes: 0 all went well, 1 something failed (one line on standard error says what), 2 wrong usage.
  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try FieldOS.parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
      if let reason = Console.outputFailure { throw UnwrittenOutput(reason: reason) }
    } catch {
      exit(report(error))
    }
  }

  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case is CancellationError: return 130
    case let code as ExitCode: return code.rawValue
    default: break
    }
    let code = FieldOS.exitCode(for: error)
    if code == .success {
      Console.line(FieldOS.fullMessage(for: error))
      return 0
    }
    if code == .validationFailure || error is UsageError {
      Console.error(error is UsageError ? Wording.line(for: error) : FieldOS.fullMessage(for: error))
      return 2
    }
    Console.error("fieldos: " + Wording.line(for: error))
    return 1
  }
}

/// Results did not reach standard output.
struct UnwrittenOutput: Error {
  let reason: String
}

struct FieldOS: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fieldos",
    abstract: "Voice notes to CRM records, on your own machine.",
    discussion: "Start with 'fieldos demo --once'. Settings: the FIELDOS_* variables of .env.example.",
    version: Product.version,
    subcommands: [
      DemoCommand.self, TranscribeCommand.self, ListenCommand.self, IngestCommand.self, UpCommand.self,
      WorkerCommand.self, StreamWorkerCommand.self, QueueCommand.self, CRMCommand.self, PeopleCommand.self,
      ModelsCommand.self, DoctorCommand.self, ReportCommand.self, ImportCommand.self, SnapshotCommand.self,
      BackupCommand.self, RestoreCommand.self, ArchiveCommand.self, RetentionCommand.self, EraseCommand.self,
      CertCommand.self, SmokeCommand.self, ReleaseCommand.self, ServeCommand.self, RequestWorkerCommand.self,
      KeysCommand.self, AskCommand.self, IndexCommand.self,
    ])
}
