import Foundation
import Testing

extension CommandLineTests {
  @Suite("the demo")
  struct DemoTests {
    let room: Room

    init() throws { room = try Room() }

    /// The rows under the table's header, up to a blank line; empty when there is no such table.
    private func rows(_ outcome: Outcome) -> [String] {
      let names = ["clip", "transcript", "confidence", "latency", "crm"]
      let lines = outcome.out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let header = lines.lastIndex { line in names.allSatisfy { line.lowercased().contains($0) } }
      guard let header else { return [] }
      return lines[(header + 1)...].prefix { !$0.isEmpty }.filter { $0.contains(where: \.isLetter) }
    }

    @Test("--once takes its clips down the whole road and ends with a table of synced rows")
    func once() async throws {
      let data = room.data.path
      let outcome = try await room.run("demo", "--once", "--data-dir", data)
      expectSuccess(outcome)
      let rows = rows(outcome)
      #expect(!rows.isEmpty && rows.allSatisfy { $0.contains("synced") }, "\(outcome)")
      #expect(try room.store.count("outbox", where: "state = 'synced'") == rows.count, "\(outcome)")
      let log = room.data.appending(path: "ops_log.jsonl")
      #expect(FileManager.default.fileExists(atPath: log.path))

      expectMisuse(try await room.run("demo", "--once", "--data-dir", data), saying: data)
    }

    @Test("it works from a working folder that may not be written")
    func readOnlyWorkingFolder() async throws {
      let here = try room.makeReadOnlyFolder("locked")
      let data = try room.makeOpenFolder("open").appending(path: "data").path
      let outcome = try await room.runUnprivileged(
        "demo", "--once", "--data-dir", data, in: here, with: ["FIELDOS_DATA_DIR": nil])
      expectSuccess(outcome)
      #expect(rows(outcome).allSatisfy { $0.contains("synced") } && !rows(outcome).isEmpty, "\(outcome)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: here.path).isEmpty)
    }
  }
}
