import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Table of customers")
struct CustomerTableTests {
  private static let header =
    "Customer_ID,Customer_Name,Primary_Contact,Contact_Phone,Stage,Next_Follow_Up,Needs_Follow_Up,"
    + "Estimated_Contract_Value,Estimated_Contract_Value_Num\n"

  private let gmt: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  private func table(_ rows: String) throws -> CustomerTable {
    try CustomerTable(Data((Self.header + rows).utf8), path: "t.csv", calendar: gmt)
  }

  @Test("rows without a key or a name, and a key's second row, are left out and counted") func junk() throws {
    let read = try table(
      "C1,Juniper Court,Mireille Tan,1,Lead,,,,\nnew,,,,,,,,\n,next,,,,,,,\nC1,Again,,,,,,,\n\nC2,Kestrel,,,,,,,\n")
    #expect(read.rows.map(\.customerID) == ["C1", "C2"])
    #expect(read.tally.found == 5 && read.tally.junk == 3)
  }

  @Test("rows that deliveries wrote are no customers", arguments: ["Synced", "Failed", "cached", "Retrying", "Queued"])
  func deliveries(stage: String) throws {
    let read = try table("0f3a,Acme HOA,Samir Voss,1,\(stage),,False,,\n")
    #expect(read.rows.isEmpty && read.tally.deliveries == 1 && read.tally.junk == 0)
  }

  @Test("a value is read with its sign and commas, and what is no number is none") func values() throws {
    let read = try table("C1,A,,,,,,\"$18,400\",\nC2,B,,,,,,,2400.50\nC3,C,,,,,,-5,nan\nC4,D,,,,,,much,\n")
    #expect(read.rows.map(\.account.value) == [18_400, 2_400.5, nil, nil])
  }

  @Test("a follow-up is made of a day that is wanted") func followUps() throws {
    let read = try table(
      "C1,A,,,Lead,2026-05-14,True,,\nC2,B,,,Lead,2026-05-14 14:30,,,\nC3,C,,,Lead,2026-05-14,False,,\n"
        + "C4,D,,,Lost,2026-05-14,True,,\nC5,E,,,Lead,soon,True,,\n")
    #expect(read.rows.map { $0.due != nil } == [true, true, false, false, false])
    #expect(read.rows[0].due?.isAllDay == true && read.rows[1].due?.isAllDay == false)
  }

  @Test("an account without a contact is called by its own name, and formulas' apostrophes go") func names() throws {
    let read = try table("C1,Kestrel Point,,'+1 330 555 0101,,,,,\n")
    #expect(read.rows[0].person == PersonFacts(name: "Kestrel Point", phone: "+1 330 555 0101"))
  }

  @Test(
    "a table without the key's column, or with an open quote, is refused",
    arguments: ["A,B\n1,2\n", "Customer_ID\n\"x"])
  func unusable(text: String) throws {
    #expect(throws: OperationsError.self) { try CustomerTable(Data(text.utf8), path: "t.csv", calendar: gmt) }
  }

  @Test("the data folder's table is read once for each state of it") func once() throws {
    let folder = try TemporaryFolder()
    let store = try FieldStore.open(dataDirectory: folder.url)
    let customers = CustomerImport(store: store, calendar: gmt)
    #expect(try customers.runIfNew() == nil)
    _ = try folder.file("crm_sample.csv", Data((Self.header + "C1,A,,,,2026-05-14,,,\n").utf8))
    #expect(try customers.runIfNew()?.added == 1)
    #expect(try customers.runIfNew() == nil)
    _ = try folder.file("crm_sample.csv", Data((Self.header + "C1,A,,9,,2026-05-14,,,\nC2,B,,,,,,,\n").utf8))
    let tally = try #require(try customers.runIfNew())
    #expect(tally.added == 1 && tally.changed == 1 && tally.followUps == 0)
  }

  @Test("a file that is not there is told by name") func missing() throws {
    let folder = try TemporaryFolder()
    let store = try FieldStore.open(dataDirectory: folder.url)
    let file = folder.url.appending(path: "none.csv")
    #expect(throws: OperationsError.unusableCustomers(path: file.path, reason: "no such file")) {
      try CustomerImport(store: store).run(file)
    }
  }
}
