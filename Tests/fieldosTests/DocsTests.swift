import Foundation
import Testing

extension CommandLineTests {
  /// Every block of commands in the documents for people who run FieldOS is run as it stands there, in a fresh folder.
  @Suite("commands in documents")
  struct DocsTests {
    /// What is not run, with the reason that the document gives. It may shrink; to grow, it has to be changed here.
    private static let leftOut = [
      "README.md: .build/release/fieldos models pull base (needs the network)",
      "README.md: scripts/test (runs this test)",
      "docs/migrating.md: fieldos import ../prototype/data (needs a prototype's data folder)",
    ]

    private struct Block {
      let commands: [String]
      let reason: String?
    }

    private static let root = Repository.tests.deletingLastPathComponent()

    @Test("each block does what it should", arguments: ["README.md", "docs/runbook.md", "docs/migrating.md"])
    func run(document: String) async throws {
      let room = try Room()
      try link(into: room)
      let blocks = try Self.blocks(of: document)
      #expect(!blocks.isEmpty)
      for block in blocks where block.reason == nil {
        for command in block.commands { try await run(command, room) }
      }
    }

    @Test("what is left out is told, and is no more than was agreed") func leftOut() throws {
      let found = try ["README.md", "docs/runbook.md", "docs/migrating.md"].flatMap { document in
        try Self.blocks(of: document).compactMap { block in
          block.reason.map { "\(document): \(block.commands[0]) (\($0))" }
        }
      }
      print("Commands in documents that are not run:\n  " + found.joined(separator: "\n  "))
      #expect(Set(found).isSubset(of: Set(Self.leftOut)), "\(found)")
    }

    /// `fieldos` and `.build/release/fieldos` are the program under test.
    private func link(into room: Room) throws {
      let binary = try Binary.find()
      let release = room.work.appending(path: ".build/release")
      try FileManager.default.createDirectory(at: release, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(at: release.appending(path: "fieldos"), withDestinationURL: binary)
    }

    private func run(_ command: String, _ room: Room) async throws {
      let words = command.replacing("swift run -c release fieldos", with: "fieldos")
      let path =
        room.work.appending(path: ".build/release").path + ":"
        + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
      var launch = try room.launch(["-c", "exec \(words)"], with: ["PATH": path])
      launch.executable = URL(filePath: "/bin/sh")
      let child = try room.start(launch)
      if words.contains("fieldos up"), !words.contains("--once") {
        let link = room.data.appending(path: "cockpit.link")
        let isOpen = try await eventually(within: 60) {
          FileManager.default.fileExists(atPath: link.path) || !child.isRunning
        }
        #expect(isOpen && child.isRunning, "\(command): \(child.err)")
        child.signal(SIGTERM)
      }
      let outcome = try await child.finish(within: 120)
      #expect(outcome.status == 0, "\(command): \(outcome)")
      if words.contains("smoke") { #expect(outcome.out.contains("smoke: passed"), "\(outcome)") }
    }

    /// Indented blocks that begin with a command of ours. What a command prints stands in blocks that don't.
    private static func blocks(of document: String) throws -> [Block] {
      let text = try String(contentsOf: root.appending(path: document), encoding: .utf8)
      var (blocks, lines, reason, isFenced) = ([Block](), [String](), String?.none, false)
      for line in text.components(separatedBy: "\n") + [""] {
        if line.hasPrefix("```") { isFenced.toggle() }
        if !isFenced, line.hasPrefix("    ") {
          lines.append(line.trimmingCharacters(in: .whitespaces))
          continue
        }
        if let first = lines.first, isCommand(first) { blocks.append(Block(commands: lines, reason: reason)) }
        if !lines.isEmpty || !line.trimmingCharacters(in: .whitespaces).isEmpty { reason = nil }
        lines = []
        if let match = line.wholeMatch(of: /<!-- not run: (.+) -->/) { reason = String(match.1) }
      }
      return blocks
    }

    private static func isCommand(_ line: String) -> Bool {
      ["fieldos ", ".build/release/fieldos ", "swift run -c release fieldos ", "scripts/"].contains {
        line.hasPrefix($0)
      }
    }
  }
}
