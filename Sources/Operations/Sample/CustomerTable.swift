public import Domain
public import Foundation

/// The customers of `crm_sample.csv`, or of any table with its columns, in any order.
public struct CustomerTable: Sendable {
  public let rows: [CustomerRow]
  /// What was found and left out; what became of the rows is the store's to count.
  public let tally: CustomerTally

  /// - Parameter calendar: in whose zone the table's days and times are.
  /// - Throws: ``OperationsError/unusableCustomers(path:reason:)``.
  public init(_ data: Data, path: String, calendar: Calendar) throws(OperationsError) {
    var tally = CustomerTally()
    var rows: [CustomerRow] = []
    var seen: Set<String> = []
    let records: [[String: String]]
    do {
      records = try CSVTable(data, columns: SampleRow.columns).records(naming: SampleRow.keyColumn)
    } catch {
      throw .unusableCustomers(path: path, reason: error.words)
    }
    for record in records {
      tally.found += 1
      let cells = CustomerCells(record)
      if cells.isDelivery {
        tally.deliveries += 1
      } else if let row = cells.row(calendar), seen.insert(row.customerID).inserted {
        rows.append(row)
      } else {
        tally.junk += 1
      }
    }
    self.rows = rows
    self.tally = tally
  }
}

/// One record of a table of customers.
private struct CustomerCells {
  /// Longest text that is taken of a cell, in characters.
  private static let limit = 4_000
  let cells: [String: String]

  init(_ cells: [String: String]) { self.cells = cells }

  /// Whether it tells of a delivered note: those are written with the delivery's state for a stage.
  var isDelivery: Bool { DeliveryState(rawValue: text("Stage").lowercased()) != nil }

  /// nil where there is no name or key.
  func row(_ calendar: Calendar) -> CustomerRow? {
    let (key, name) = (text("Customer_ID"), text("Customer_Name"))
    guard !key.isEmpty, !name.isEmpty else { return nil }
    let contact = text("Primary_Contact")
    let person = PersonFacts(
      name: contact.isEmpty ? name : contact, phone: text("Contact_Phone"), email: text("Contact_Email"))
    let wanted = !["false", "no", "0"].contains(text("Needs_Follow_Up").lowercased()) && text("Stage") != "Lost"
    let due = wanted ? CalendarDay(text("Next_Follow_Up"))?.due(calendar) : nil
    return CustomerRow(
      customerID: key, account: account(name), person: person, followUpOn: due == nil ? "" : text("Next_Follow_Up"),
      due: due)
  }

  private func account(_ name: String) -> AccountFacts {
    AccountFacts(
      name: name, type: text("Customer_Type"), street: text("Property_Address"), city: text("City"),
      state: text("State"), zip: text("Zip_Code"), region: text("Region"), service: text("Service_Interest"),
      stage: text("Stage"), assignedRep: text("Assigned_Rep"), leadSource: text("Lead_Source"), notes: text("Notes"),
      summary: text("Summary").isEmpty ? String(text("Notes").prefix(120)) : text("Summary"),
      dropReason: text("Drop_Reason"), lastContactOn: CalendarDay(text("Last_Contact_Date"))?.text ?? "",
      value: number("Estimated_Contract_Value_Num") ?? number("Estimated_Contract_Value"),
      acres: number("Property_Size_Acres"), heat: number("Heat_Score"))
  }

  /// One line, without the apostrophe that keeps a spreadsheet from reading a formula.
  private func text(_ column: String) -> String {
    let value = cells[column, default: ""].prefix(Self.limit)
    let words = value.split {
      $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
    }
    let line = words.joined(separator: " ")
    let bare = String(line.dropFirst())
    return line.hasPrefix("'") && CSVCell.safe(bare) == line ? bare : line
  }

  /// `$18,400` and `18400.00` alike; nothing that is negative or no number.
  private func number(_ column: String) -> Double? {
    let text = text(column).filter { $0 != "$" && $0 != "," && $0 != " " }
    guard let value = Double(text), value.isFinite, (0...1e12).contains(value) else { return nil }
    return value
  }
}
