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
      /// What the last command prints, as the document shows it behind `<!-- prints -->`.
      var printed: [String] = []
    }

    private static let root = Repository.tests.deletingLastPathComponent()

    @Test("each block does what it should", arguments: ["README.md", "docs/runbook.md", "docs/migrating.md"])
    func run(document: String) async throws {
      let room = try Room()
      try link(into: room)
      let blocks = try Self.blocks(of: document)
      #expect(!blocks.isEmpty)
      for block in blocks where block.reason == nil {
        var said = ""
        for command in block.commands { said = try await run(command, room) }
        expect(said, shows: block.printed, document)
      }
    }

    @Test("what a document shows of an output is checked, not only that the command ends well") func printed() throws {
      let shown = try ["README.md", "docs/runbook.md", "docs/migrating.md"].flatMap { try Self.blocks(of: $0) }
        .filter { !$0.printed.isEmpty }
      #expect(shown.count >= 7)
      #expect(Self.form("0.1 s  crm  note 28c355eb synced") == Self.form("12.9 s crm note 00ff1122 synced"))
      #expect(Self.form("smoke: passed in 1.2 s") != Self.form("smoke: FAILED in 1.2 s"))
    }

    /// Each shown line is one of the output's, but for figures, identifiers and the width of gaps; `…` is anything.
    private func expect(_ output: String, shows lines: [String], _ document: String) {
      let found = output.components(separatedBy: "\n").map(Self.form)
      for line in lines where line != "…" {
        let parts = Self.form(line).components(separatedBy: "…").map { NSRegularExpression.escapedPattern(for: $0) }
        let pattern = "^" + parts.joined(separator: ".*") + "$"
        let isThere = found.contains { $0.range(of: pattern, options: .regularExpression) != nil }
        #expect(isThere, "\(document) shows '\(line)', which is not in:\n\(output)")
      }
    }

    private static func form(_ line: String) -> String {
      let identifier = "(?<![0-9A-Za-z])[0-9a-f]{8,}(?![0-9A-Za-z])"
      return line.replacingOccurrences(of: identifier, with: "#", options: .regularExpression)
        .replacing(/[0-9]+(?:[.,:][0-9]+)*/, with: "#").split(separator: /\s+/).joined(separator: " ")
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

    /// - Returns: what it printed.
    private func run(_ command: String, _ room: Room) async throws -> String {
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
      return outcome.out
    }

    /// Indented blocks that begin with a command of ours, and what they print where a document shows it.
    private static func blocks(of document: String) throws -> [Block] {
      let text = try String(contentsOf: root.appending(path: document), encoding: .utf8)
      var (blocks, lines, isFenced) = ([Block](), [String](), false)
      var (reason, isOutput) = (String?.none, false)
      for line in text.components(separatedBy: "\n") + [""] {
        if line.hasPrefix("```") { isFenced.toggle() }
        if !isFenced, line.hasPrefix("    ") {
          lines.append(line.trimmingCharacters(in: .whitespaces))
          continue
        }
        if isOutput, !lines.isEmpty, !blocks.isEmpty {
          blocks[blocks.count - 1].printed += lines
        } else if let first = lines.first, isCommand(first) {
          blocks.append(Block(commands: lines, reason: reason))
        }
        let isBlank = line.trimmingCharacters(in: .whitespaces).isEmpty
        // A mark is for the next block; an output may have blank lines in it.
        if !lines.isEmpty || !isBlank { reason = nil }
        if !isBlank { isOutput = false }
        lines = []
        if let match = line.wholeMatch(of: /<!-- not run: (.+) -->/) { reason = String(match.1) }
        if line == "<!-- prints -->" { isOutput = true }
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
