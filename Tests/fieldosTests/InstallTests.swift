import Foundation
import Testing

extension CommandLineTests {
  /// What `scripts/install` puts into a clean folder works by itself.
  @Suite("the installation")
  struct InstallTests {
    let room: Room
    private var prefix: URL { room.folder.appending(path: "usr") }

    init() throws { room = try Room() }

    private func install(_ arguments: [String]) async throws -> Outcome {
      var launch = try room.launch(arguments)
      launch.executable = Repository.tests.deletingLastPathComponent().appending(path: "scripts/install")
      return try await room.start(launch).finish(within: 120)
    }

    private func installed(_ arguments: String...) async throws -> Outcome {
      var launch = try room.launch(arguments)
      launch.executable = prefix.appending(path: "bin/fieldos")
      return try await room.start(launch).finish()
    }

    @Test("program, resources of every room, man page and completions are there, and the program works by its link")
    func works() async throws {
      let built = try Binary.find().deletingLastPathComponent()
      expectSuccess(try await install(["--from", built.path, "--prefix", prefix.path]))
      for path in [
        "share/man/man1/fieldos.1", "share/bash-completion/completions/fieldos", "share/zsh/site-functions/_fieldos",
        "share/fish/vendor_completions.d/fieldos.fish",
      ] {
        let file = prefix.appending(path: path)
        #expect(try !Data(contentsOf: file).isEmpty, "\(path)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: built.path)
      let resources = names.filter { $0.hasPrefix("fieldos_") && $0.hasSuffix(".resources") }
      #expect(resources.count >= 3, "\(names)")
      for name in resources {
        let copy = prefix.appending(path: "lib/fieldos/\(name)")
        let there = try FileManager.default.subpathsOfDirectory(atPath: copy.path)
        #expect(try there.count == FileManager.default.subpathsOfDirectory(atPath: built.path + "/" + name).count)
      }
      expectSuccess(try await installed("smoke"))
      expectSuccess(try await installed("up", "--once", "--demo-data"))
      expectSuccess(try await installed("index", "build"))
      expectSuccess(try await installed("ask", "What does mulch cost?"))
    }

    @Test("an option that is unknown is refused, and nothing is written") func unknown() async throws {
      let outcome = try await install(["--prefix", prefix.path, "--fast"])
      #expect(outcome.status == 2 && outcome.err.contains("'--fast' is unknown"), "\(outcome)")
      #expect(!FileManager.default.fileExists(atPath: prefix.path))
    }
  }
}
