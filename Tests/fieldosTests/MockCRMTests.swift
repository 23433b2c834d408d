import Foundation
import Testing

extension CommandLineTests {
  @Suite("the mock CRM")
  struct MockCRMTests {
    let room: Room

    init() throws { room = try Room() }

    @Test("the first N pushes fail with 503, later ones are kept and listed")
    func failures() async throws {
      let crm = try await room.startMockCRM(failures: 2)
      for _ in 0..<2 {
        let answer = try await crm.push(#"{"contact_name": "Early"}"#)
        #expect(answer.status == 503)
        #expect(answer.json as? [String: String] == ["status": "error", "error": "mock failure"])
      }
      let answer = try await crm.push(#"{"contact_name": "Late"}"#)
      #expect(answer.status == 200)
      #expect(answer.json["status"] as? String == "ok")
      #expect((answer.json["received"] as? [String: Any])?["contact_name"] as? String == "Late")
      #expect(try await crm.records().compactMap { $0["contact_name"] as? String } == ["Late"])
    }

    @Test("another path is 404, and a body that is no JSON does not stop it")
    func oddRequests() async throws {
      let crm = try await room.startMockCRM()
      #expect(try await crm.push("{}", to: "/elsewhere").status == 404)
      #expect((400..<500).contains(try await crm.push("{ no json").status))
      #expect(try await crm.push(#"{"contact_name": "Fine"}"#).status == 200)
      #expect(crm.child.isRunning)
    }

    @Test("a taken port is refused with one line that names it")
    func takenPort() async throws {
      let taken = try TakenPort()
      let outcome = try await room.run("crm", "mock", "--port", "\(taken.port)")
      withExtendedLifetime(taken) { expectRefusal(outcome, naming: "\(taken.port)") }
    }

    @Test("SIGTERM ends it in order")
    func stopped() async throws {
      let crm = try await room.startMockCRM()
      crm.child.signal(SIGTERM)
      expectSuccess(try await crm.child.finish(within: 60))
    }
  }
}
