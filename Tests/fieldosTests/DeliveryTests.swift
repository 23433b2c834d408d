import Foundation
import Testing

extension CommandLineTests {
  @Suite("delivery to the CRM")
  struct DeliveryTests {
    let room: Room

    init() throws { room = try Room() }

    /// Ingests the clips and takes them down the whole road once.
    private func upOnce(_ clips: [String], endpoint: String) async throws -> Outcome {
      let files = clips.map { Repository.clip($0).path }
      expectSuccess(try await room.start(room.launch(["ingest"] + files)).finish())
      return try await room.run(
        "up", "--once", "--final-worker", "--auto-note", with: ["FIELDOS_CRM_ENDPOINT": endpoint])
    }

    private func status() async throws -> [String: Int] {
      let outcome = try await room.run("crm", "status")
      expectSuccess(outcome)
      let pairs = outcome.lines.filter { $0.contains(/^\w+=\d+$/) }.map { $0.split(separator: "=").map(String.init) }
      #expect(pairs.count == 8, "\(outcome)")
      return Dictionary(pairs.compactMap { pair in Int(pair.last ?? "").map { (pair[0], $0) } }) { first, _ in first }
    }

    @Test("a note whose CRM cannot be reached stays queued, and up says that it waits")
    func unreachable() async throws {
      let outcome = try await upOnce(["note006"], endpoint: "http://127.0.0.1:\(try Loopback.closedPort())/crm/push")
      expectSuccess(outcome)
      #expect((outcome.out + outcome.err).contains("wait"), "\(outcome)")
      #expect(try await status()["queued"] == 1)
      #expect(try room.store.count("outbox", where: "state = 'queued'") == 1)
    }

    @Test("a note that was given up is queued again by crm flush, and then delivered once")
    func flushed() async throws {
      let crm = try await room.startMockCRM(failures: 1)
      let environment = ["FIELDOS_CRM_ENDPOINT": crm.endpoint, "FIELDOS_CRM_MAX_RETRIES": "1"]
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      let road = try room.launch(["up", "--once", "--final-worker", "--auto-note"], with: environment)
      _ = try await room.start(road).finish()
      #expect(try await status()["failed"] == 1)

      expectSuccess(try await room.run("crm", "flush", with: environment))
      expectSuccess(try await room.start(road).finish())
      #expect(try await status()["synced"] == 1)
      #expect(try await crm.records().count == 1)
    }

    @Test("an answer of 503 is tried again")
    func retried() async throws {
      let crm = try await room.startMockCRM(failures: 1)
      let outcome = try await upOnce(["note006"], endpoint: crm.endpoint)
      expectSuccess(outcome)
      let states = try await status()
      #expect((states["retrying"] ?? 0) + (states["synced"] ?? 0) == 1, "\(outcome)")
    }

    @Test("the CRM receives the payload of the contract, and the states say synced")
    func payload() async throws {
      let crm = try await room.startMockCRM()
      expectSuccess(try await upOnce(["note006", "note005"], endpoint: crm.endpoint))
      #expect(try await status()["synced"] == 2)
      let records = try await crm.records()
      #expect(records.count == 2)
      for record in records { expectContract(record) }
      #expect(records.contains { $0["transcription_raw"] as? String == sentence }, "\(records)")
    }

    private func expectContract(_ record: [String: Any]) {
      let missing = Contract.payloadKeys.subtracting(record.keys)
      #expect(missing.isEmpty, "not sent: \(missing.sorted())")
      let extra = Set(record.keys).subtracting(Contract.payloadKeys).subtracting(["quote_summary"])
      #expect(extra.isEmpty, "sent beyond the contract: \(extra.sorted())")
      #expect(record["note_polished"] as? String == record["note"] as? String)
      #expect(record["transcription_final"] as? String == record["transcription_raw"] as? String)
      #expect((0...1).contains(record["transcription_confidence"] as? Double ?? -1))
      #expect(record["transcription_final_latency_ms"] is Int)
      #expect((record["ts"] as? String)?.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/) == true)
      let version = record["ai_model_version"] as? String ?? ""
      #expect(version.contains("| FieldOS ") && version.contains("| final_worker="), "\(version)")
    }

    @Test("the ops log has one line a transition, with the contract's fields and no note's text")
    func opsLog() async throws {
      let crm = try await room.startMockCRM()
      expectSuccess(try await upOnce(["note006", "note005"], endpoint: crm.endpoint))
      let text = try String(contentsOf: room.data.appending(path: "ops_log.jsonl"), encoding: .utf8)
      #expect(!text.contains("Valley Church") && !text.contains("Terrence"))
      let entries = try text.split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      }
      for entry in entries {
        #expect(Contract.opsKeys.isSubset(of: entry.keys), "lacks \(Contract.opsKeys.subtracting(entry.keys).sorted())")
      }
      let synced = entries.filter { $0["status"] as? String == "synced" }
      #expect(synced.count == 2, "\(text)")
      for entry in synced {
        #expect(Contract.deliveryKeys.isSubset(of: entry.keys), "\(entry)")
        #expect(entry["crm_response_code"] as? Int == 200)
      }
      let transitions = try room.store.count("outbox") + room.store.count("attempts")
      #expect(entries.count == transitions, "\(text)")
    }
  }

  /// Field names of the prototype's contract, 1.5 and 1.6.
  enum Contract {
    static let payloadKeys: Set = [
      "contact_name", "contact_phone", "contact_email", "account", "service", "customer_id", "customer_type",
      "account_address", "assigned_rep", "region", "lead_source", "note", "transcription_raw",
      "transcription_stream_partial", "transcription_final", "transcription_final_confidence",
      "transcription_final_latency_ms", "transcription_final_completed_at", "note_polished", "transcription_confidence",
      "ai_model_version", "processing_time", "ts",
    ]
    static let opsKeys: Set = [
      "ts", "status", "queue_len", "ai_failures", "stream_updates", "stream_latency_ms_first_partial",
      "stream_dropouts", "final_worker_queue_depth", "final_worker_last_success", "final_worker_error",
      "chat_requests", "chat_fallback_count", "chat_last_error", "chat_last_hash", "chat_last_query",
      "chat_positioning_count", "crm_processed_count",
    ]
    static let deliveryKeys: Set = ["crm_response_code", "crm_error", "crm_attempts"]
  }
}
