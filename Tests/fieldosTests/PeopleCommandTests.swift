import Foundation
import Testing

extension CommandLineTests {
  @Suite("customers")
  struct PeopleCommandTests {
    let room: Room

    init() throws { room = try Room() }

    private let table = """
      Customer_ID,Customer_Name,Primary_Contact,Next_Follow_Up
      C1,Juniper Court,Mireille Tan,2026-05-14
      ,nobody,,
      C2,Kestrel Point HOA,Arne Sollis,

      """

    @Test("a table is read, told in JSON, and read again without a change")
    func twice() async throws {
      let file = try room.write(Data(table.utf8), to: "customers.csv")
      let first = try await room.run("people", "import", file.path, "--json")
      expectSuccess(first)
      let tally = try JSONDecoder().decode([String: Int].self, from: Data(first.out.utf8))
      #expect(tally["added"] == 2 && tally["junk"] == 1 && tally["follow_ups"] == 1 && tally["found"] == 3)
      let again = try await room.run("people", "import", file.path)
      expectSuccess(again)
      #expect(again.out.contains("0 customers added, 0 changed, 2 as they were"))
      #expect(try room.store.count("follow_ups") == 1)
    }

    @Test("a file that is not there is refused by name")
    func missing() async throws {
      expectRefusal(try await room.run("people", "import", "none.csv"), naming: "none.csv")
    }

    @Test("--demo-data fills an empty folder once, with days around today, and leaves what is there")
    func demoData() async throws {
      try room.makeFolder("data")
      try Data("mine".utf8).write(to: room.data.appending(path: "company_wiki.md"))
      expectSuccess(try await room.run("up", "--once", "--demo-data"))
      #expect(try room.store.count("accounts") == 200)
      #expect(try room.store.count("accounts", where: "customer_id = 'DEMO-ACME-HOA'") == 1)
      let now = Int(Date().timeIntervalSince1970)
      #expect(try room.store.count("follow_ups", where: "abs(due_at / 1000 - \(now)) < 15 * 86400") > 30)
      #expect(try String(contentsOf: room.data.appending(path: "company_wiki.md"), encoding: .utf8) == "mine")
      for name in ["playbooks.json", "pricing.json", "contact_intel.json", "pipeline_snapshot.json"] {
        let data = try Data(contentsOf: room.data.appending(path: name))
        #expect((try JSONSerialization.jsonObject(with: data) as? [String: Any])?.isEmpty == false, "\(name)")
      }
      expectSuccess(try await room.run("up", "--once", "--demo-data"))
      #expect(try room.store.count("accounts") == 200)
    }
  }
}
