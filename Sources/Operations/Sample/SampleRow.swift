import Domain
import Foundation

/// What a delivered note says about its customer, as cells of `crm_sample.csv`.
struct SampleRow {
  static let keyColumn = "Customer_ID"

  /// The contract's columns, in order.
  static let columns = [
    keyColumn, "Customer_Name", "Customer_Type", "Property_Address", "City", "State", "Zip_Code", "Primary_Contact",
    "Contact_Phone", "Contact_Email", "Lead_Source", "Service_Interest", "Property_Size_Acres",
    "Estimated_Contract_Value", "Stage", "Last_Contact_Date", "Next_Follow_Up", "Assigned_Rep", "Region", "Notes",
    "Drop_Reason", "Estimated_Contract_Value_Num", "Heat_Score", "Needs_Follow_Up", "Summary",
  ]

  private static let summaryLength = 120

  /// Cells by column; what a note doesn't tell is not in it, so that a row keeps what it had.
  let cells: [String: String]
  var key: String { cells[Self.keyColumn] ?? "" }

  /// - Parameters:
  ///   - state: that the delivery came into, at this time.
  ///   - timeZone: of the date.
  init(_ entry: OutboxEntry, state: String, at time: Date, timeZone: TimeZone) {
    let payload = JSONValue(parsing: entry.payload) ?? .null
    func text(_ key: String) -> String? { payload[key]?.text.map(Self.oneLine) }
    let address = Self.address(text("account_address") ?? "")
    let note = text("note") ?? ""
    let total = payload["quote_summary"]?["total"]?.double
    var cells: [String: String?] = [
      Self.keyColumn: text("_crm_payload_id") ?? entry.noteID.rawValue,
      "Customer_Name": text("account"), "Customer_Type": text("customer_type"), "Property_Address": address.street,
      "City": address.city, "State": address.state, "Zip_Code": address.zip, "Primary_Contact": text("contact_name"),
      "Contact_Phone": text("contact_phone"), "Contact_Email": text("contact_email"),
      "Lead_Source": text("lead_source"), "Service_Interest": text("service"),
      "Estimated_Contract_Value": total.map { "$" + Self.grouped($0) },
      "Estimated_Contract_Value_Num": total.map { String(format: "%.2f", $0) },
    ]
    cells["Stage"] = state.prefix(1).uppercased() + state.dropFirst()
    cells["Last_Contact_Date"] = String(Timestamp.local(time, zone: timeZone).prefix(10))
    cells["Assigned_Rep"] = text("assigned_rep")
    cells["Region"] = text("region")
    cells["Notes"] = note
    cells["Needs_Follow_Up"] = "False"
    cells["Summary"] = String(note.prefix(Self.summaryLength))
    self.cells = cells.compactMapValues { $0 }.mapValues(CSVCell.safe)
  }

  /// Runs of white space and control characters become one space each.
  private static func oneLine(_ text: String) -> String {
    text.split { $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control } }
      .joined(separator: " ")
  }

  /// `street, city, ST zip` in its parts; a part that isn't there is nil.
  private static func address(_ text: String) -> (street: String?, city: String?, state: String?, zip: String?) {
    let parts = text.split(separator: ",", maxSplits: 2).map { $0.trimmingCharacters(in: .whitespaces) }
    let last = parts.count > 2 ? parts[2].split(separator: " ", maxSplits: 1).map(String.init) : []
    return (parts.first, parts.count > 1 ? parts[1] : nil, last.first, last.count > 1 ? last[1] : nil)
  }

  /// `12,345`
  private static func grouped(_ value: Double) -> String {
    let digits = Array(String(format: "%.0f", abs(value)))
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
  }
}
