import Foundation
import Testing

extension CommandLineTests {
  @Suite("the man page")
  struct ManPageTests {
    private struct Help: Decodable {
      struct Command: Decodable {
        let commandName: String
        let shouldDisplay: Bool?
        let subcommands: [Command]?
      }
      let command: Command
    }

    @Test("knows every command that the help lists, and no other") func commands() async throws {
      let outcome = try await Room().run("--experimental-dump-help")
      expectSuccess(outcome)
      let help = try JSONDecoder().decode(Help.self, from: Data(outcome.out.utf8))
      let commands = (help.command.subcommands ?? []).filter { $0.shouldDisplay ?? true }.map(\.commandName)
      let page = Repository.tests.deletingLastPathComponent().appending(path: "docs/man/fieldos.1")
      let items = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix(".It Cm") }
      let named = items.flatMap { $0.matches(of: /Cm ([a-z-]+)/).map { String($0.1) } }
      #expect(Set(named) == Set(commands).subtracting(["help"]), "docs/man/fieldos.1")
    }
  }
}
