import Foundation
import Testing

extension CommandLineTests {
  @Suite("commands for operators")
  struct OperatorCommandTests {
    let room: Room

    init() throws { room = try Room() }

    @Test("report: nothing says so, without making a data folder") func emptyReport() async throws {
      let outcome = try await room.run("report")
      expectSuccess(outcome)
      #expect(outcome.out == "No ops log entries found.\n")
      #expect(!FileManager.default.fileExists(atPath: room.data.path))
    }

    @Test("report: a delivered note is in the table, in JSON and HTML, and --impacted lists none") func report()
      async throws
    {
      try await room.deliver()
      let table = try await room.run("report")
      #expect(table.out.contains("| CRM success | 100.0 % (1 of 1) |"), "\(table)")
      #expect(table.out.contains("| Final worker success | 100.0 % (1 of 1) |"), "\(table)")
      let json = try await room.run("report", "--since", "1h", "--format", "json")
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.out.utf8)) }
      #expect(try await room.run("report", "--format", "html").out.hasPrefix("<!doctype html>"))
      let impacted = try await room.run("report", "--impacted", "--since", "1d")
      #expect(impacted.out.hasPrefix("No note reached the CRM without"), "\(impacted)")
      expectMisuse(try await room.run("report", "--since", "yesterday"), saying: "--since yesterday")
    }

    @Test("report: a prototype's log is read from its file") func oldLog() async throws {
      let line = #"{"ts":"2025-11-03T10:00:00","status":"failed","queue_len":5,"crm_error":"down"}"#
      let log = try room.write(Data((line + "\n{torn").utf8), to: "old.jsonl")
      let outcome = try await room.run("report", "--log", log.path)
      #expect(outcome.out.contains("| CRM success | 0.0 % (0 of 1) |"), "\(outcome)")
      #expect(outcome.out.contains("- 5 notes wait for the CRM, over 3."), "\(outcome)")
    }

    @Test("backup and restore: what was lost comes back, and the doctor finds it sound") func backup() async throws {
      try await room.deliver()
      let copy = room.folder.appending(path: "copy").path
      let made = try await room.run("backup", copy)
      expectSuccess(made)
      #expect(made.out.contains("Opened and sound: 1 recordings, 1 notes, 1 deliveries"), "\(made)")
      let heard = try room.store.rows("SELECT text FROM transcripts")
      try FileManager.default.removeItem(at: room.data)
      expectSuccess(try await room.run("restore", copy))
      #expect(try room.store.rows("SELECT text FROM transcripts") == heard)
      #expect(room.cachedAudio.count == 1)
      expectSuccess(try await room.run("doctor"))
      expectRefusal(try await room.run("backup", copy), naming: copy)
      expectRefusal(try await room.run("restore", room.work.path), naming: room.work.path)
    }

    @Test("an archived snapshot is kept beside the others") func archive() async throws {
      try await room.deliver()
      expectSuccess(try await room.run("archive", "snapshot"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: room.data.appending(path: "archive").path).count == 1)
    }

    @Test("what retention lists goes at the next up, and nothing else does") func retention() async throws {
      try await room.deliver()
      expectSuccess(try await room.run("archive", "snapshot"))
      let archive = room.data.appending(path: "archive")
      let old = archive.appending(path: "crm_snapshot-20250101T120000000Z.json")
      try Data("{}".utf8).write(to: old)
      let kept = try await room.run("retention", "--dry-run")
      expectSuccess(kept)
      #expect(kept.out.contains("24 hours") && kept.out.contains("0 recording(s)"), "\(kept)")
      #expect(kept.out.contains("0 archived snapshot(s) and 0 deleted draft(s)"), "\(kept)")
      try age()
      let days: [String: String?] = ["FIELDOS_ARCHIVE_TTL_DAYS": "30"]
      let due = try await room.run("retention", "--dry-run", with: days)
      #expect(due.out.contains("would go: audio_cache/") && due.out.contains("1 recording(s)"), "\(due)")
      #expect(due.out.contains("would go: \(old.lastPathComponent)"), "\(due)")
      #expect(due.out.contains("1 archived snapshot(s) and 1 deleted draft(s)"), "\(due)")
      #expect(room.cachedAudio.count == 1)
      expectSuccess(try await room.run("up", "--once", with: days))
      #expect(room.cachedAudio.isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: archive.path).count == 1)
      #expect(try room.store.count("drafts", where: "id = 'd1'") == 0 && room.store.count("notes") == 1)
      let gone = try await room.run("retention", "--dry-run", with: days)
      #expect(gone.out.contains("0 recording(s)") && gone.out.contains("0 archived snapshot(s) and 0"), "\(gone)")
    }

    /// Everything was ten days ago, and a draft was deleted then.
    private func age() throws {
      try room.store.change(
        """
        UPDATE clips SET created_at = created_at - 864000000;
        UPDATE outbox SET state_changed_at = state_changed_at - 864000000;
        UPDATE jobs SET updated_at = updated_at - 864000000, completed_at = completed_at - 864000000;
        INSERT INTO drafts (id, owner_id, created_at, updated_at, deleted_at)
          VALUES ('d1', 'local', 1000, 1000, 1000);
        """)
    }
  }
}

extension CommandLineTests.OperatorCommandTests {
  @Test("smoke: every step holds, and nothing of one's own data is touched", arguments: [[], ["--mock"]])
  func smoke(options: [String]) async throws {
    let launch = try room.launch(["smoke", "--clip", Repository.clip("note006").path] + options)
    let outcome = try await room.start(launch).finish(within: 60)
    expectSuccess(outcome)
    #expect(outcome.out.contains("smoke: passed"), "\(outcome)")
    #expect(outcome.lines.filter { $0.hasPrefix("[OK]") }.count == 7, "\(outcome)")
    #expect(outcome.out.contains("synced, HTTP 200, attempt 2"), "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: room.data.path))
  }

  @Test("smoke: a recording without a sound in it fails, and says which step") func smokeFails() async throws {
    let file = try room.write(Data("no sound".utf8), to: "broken.wav")
    let outcome = try await room.run("smoke", "--clip", file.path)
    #expect(outcome.status == 1 && outcome.out.contains("[ERROR] words"), "\(outcome)")
    expectMisuse(try await room.run("smoke", "--clip", "nowhere.wav"), saying: "nowhere.wav")
  }

  @Test("smoke --record keeps host, CPU, figures and who signs") func smokeRecord() async throws {
    expectSuccess(try await room.run("smoke", "--mock", "--record", "--by", "Ada | Admin", "--record-dir", "smoke"))
    let folder = room.work.appending(path: "smoke")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    for part in ["- Host:", "- CPU:", "kernels", "- Result: passed", "| CRM | OK |", "Signed off by: Ada \\| Admin"] {
      #expect(text.contains(part), "\(part): \(text)")
    }
  }
}
