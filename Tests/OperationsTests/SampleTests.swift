import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Customer table")
struct SampleTests {
  private let room: ViewRoom

  init() throws { room = try ViewRoom() }

  private static let header = """
    Customer_ID,Customer_Name,Customer_Type,Property_Address,City,State,Zip_Code,Primary_Contact,Contact_Phone,\
    Contact_Email,Lead_Source,Service_Interest,Property_Size_Acres,Estimated_Contract_Value,Stage,Last_Contact_Date,\
    Next_Follow_Up,Assigned_Rep,Region,Notes,Drop_Reason,Estimated_Contract_Value_Num,Heat_Score,Needs_Follow_Up,Summary
    """

  private func write(_ table: String) throws { try Data(table.utf8).write(to: room.file("crm_sample.csv")) }
  private func table() throws -> String { try room.text("crm_sample.csv") }

  /// Delivers a note and projects.
  @discardableResult
  private func sync(_ words: String = "Client wants mulch.", edit: (inout CRMPayload) -> Void = { _ in }) throws
    -> String
  {
    let entry = try room.save(words, edit: edit)
    try room.deliver()
    try room.projector().projectOnce()
    return entry.noteID.rawValue
  }

  @Test("prototype test_app_raw_transcript: a saved payload lands in the snapshot and as a row with the account's name")
  func savedPayload() throws {
    try write(Self.header + "\n")
    let id = try sync()
    #expect((try room.snapshot()["last_payload"] as? [String: Any])?["account"] as? String == "Acme HOA")
    let row =
      "\(id),Acme HOA,HOA,3150 Detroit Ave,Cleveland,OH,,Samir Voss,(216) 555-0142,samir.voss@acmehoa.demo,"
      + "Demo,Seasonal Cleanup + Mulch,,,Synced,2026-11-22,,Marcus Tillman,Midwest,Client wants mulch.,,,,False,"
      + "Client wants mulch.\n"
    #expect(try table() == Self.header + "\n" + row)
  }

  @Test("without a table none is made; one that is put there later gets everything that was delivered")
  func absent() throws {
    try sync()
    #expect(!FileManager.default.fileExists(atPath: room.file("crm_sample.csv").path))
    try write(Self.header + "\n")
    try room.projector().projectOnce()
    #expect(try table().split(separator: "\n").count == 2)
  }

  @Test("a quote's total is told twice, the zip code apart, the summary cut at 120 characters, the note on one line")
  func cells() throws {
    try write("Customer_ID,Zip_Code,Estimated_Contract_Value,Estimated_Contract_Value_Num,Notes,Summary\n")
    let words = "line one\nline two, " + String(repeating: "x", count: 200)
    let id = try sync(words) {
      let old = $0.contact
      $0.contact = Contact(
        name: old.name, phone: old.phone, email: old.email, account: old.account, service: old.service,
        customerID: old.customerID, customerType: old.customerType, accountAddress: "1 Elm St, Akron, OH 44301",
        assignedRep: old.assignedRep, region: old.region, leadSource: old.leadSource)
      $0.quoteSummary = QuoteSummary(
        service: "Mulch", basePrice: 1, upsells: [], currency: "USD", total: 12_345.5, generatedAt: "")
    }
    let note = words.replacing("\n", with: " ")
    #expect(
      try table().split(separator: "\n").last.map(String.init)
        == "\(id),44301,\"$12,346\",12345.50,\"\(note)\",\"\(note.prefix(120))\"")
  }

  @Test("unknown columns and rows keep every byte; a row is updated in place; what a note doesn't tell stays")
  func keepsBytes() throws {
    let head = "Extra,Customer_ID,Customer_Name,Heat_Score\r\n"
    let odd = "\"keep, \"\"me\"\"\",C0001,\"Plain\",7,more,\r\n\r\nhalf\r\n"
    try write(head + odd)
    let id = try sync()
    let added = ",\(id),Acme HOA,\r\n"
    #expect(try table() == head + odd + added)
    // The same note again, after somebody gave it a score and another name.
    try write(head + odd + "\"x\"\"y\",\"\(id)\",Other,9")
    try room.store.views.setSampleSeq(0)
    try room.projector().projectOnce()
    #expect(try table() == head + odd + "\"x\"\"y\",\"\(id)\",Acme HOA,9\r\n")
  }

  @Test("a row without a line end before the added one gets it")
  func noFinalLineEnd() throws {
    try write("Customer_ID\nC1")
    let id = try sync()
    #expect(try table() == "Customer_ID\nC1\n\(id)\n")
  }

  @Test(
    "a value that a spreadsheet could take for a formula starts with an apostrophe; plain numbers and text don't",
    arguments: [
      ("=1+1", "'=1+1"), ("+1 216 555", "'+1 216 555"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
      ("＝1", "'＝1"), ("-12.5", "-12.5"), ("+15", "+15"), ("2+2", "2+2"),
      ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
    ])
  func formulas(_ note: String, _ cell: String) throws {
    try write("Customer_ID,Notes\n")
    let id = try sync(note)
    #expect(try table() == "Customer_ID,Notes\n\(id),\(cell)\n")
  }

  @Test(
    "a table that cannot be changed without harm is left as it is, and the other files are written",
    arguments: [
      ("Customer_ID,Notes\nC1,\"open\n", "a quote is not closed"), ("Name\nx\n", "it has no column Customer_ID"),
    ])
  func unusable(_ content: String, _ reason: String) throws {
    try write(content)
    try room.save()
    try room.deliver()
    let path = room.file("crm_sample.csv").path
    #expect(throws: OperationsError.unusableSample(path: path, reason: reason)) { try room.projector().projectOnce() }
    #expect(try table() == content)
    #expect(try OpsLogReader.read(room.bytes("ops_log.jsonl")).entries.count == 2)
    #expect(try room.snapshot()["last_sync"] is String)
  }

  @Test("weakness 6: a batch of deliveries writes the table once, whole")
  func writtenOnce() throws {
    try write(Self.header + "\n")
    for number in 0..<20 {
      try room.save("note \(number)")
      try room.deliver()
    }
    let steps = StepCounter()
    try room.projector(disk: steps.disk).projectOnce()
    #expect(try table().split(separator: "\n").count == 21)
    // The snapshot's and the table's.
    #expect(steps.count(of: .writeTemporary) == 2)
  }

  @Test("reset keeps the customers, and the demo's where wanted; what it removed stays away", arguments: [false, true])
  func reset(_ keepDemo: Bool) throws {
    try write("Customer_ID,Notes\nC0001,a\nnew,b\nDEMO-ACME-HOA,\"c\nd\"\nnext,e\n")
    try room.save()
    try room.deliver()
    let counts = try SampleView(store: room.store).reset(keepDemo: keepDemo)
    let kept = "Customer_ID,Notes\nC0001,a\n" + (keepDemo ? "DEMO-ACME-HOA,\"c\nd\"\n" : "")
    #expect(counts.kept == (keepDemo ? 2 : 1) && counts.removed == (keepDemo ? 3 : 4))
    #expect(try table() == kept)
    try room.projector().projectOnce()
    #expect(try table() == kept)
  }

  @Test("reset without a table says so")
  func resetWithoutTable() throws {
    #expect(throws: OperationsError.noSample(path: room.file("crm_sample.csv").path)) {
      try SampleView(store: room.store).reset(keepDemo: false)
    }
  }

  @Test("weakness 30: projecting one data folder touches no other")
  func ownFolderOnly() throws {
    let other = try ViewRoom()
    try Data((Self.header + "\n").utf8).write(to: other.file("crm_sample.csv"))
    try other.projector().projectOnce()
    let before = try other.views()
    try write(Self.header + "\n")
    try sync()
    #expect(try other.views() == before)
  }
}
