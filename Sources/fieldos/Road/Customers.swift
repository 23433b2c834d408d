import Domain
import Foundation
import Operations
import Storage

/// Brings the store's customers up to the data folder's table.
enum Customers {
  /// Reads `crm_sample.csv` where it is new, and says what came of it. A table that can't be read stops nobody's work.
  static func importIfNew(_ store: FieldStore) {
    do {
      guard let tally = try CustomerImport(store: store).runIfNew() else { return }
      if tally.added + tally.changed + tally.erased > 0 { Console.error("crm_sample.csv: " + Wording.line(for: tally)) }
    } catch {
      Console.error("customers: " + Wording.line(for: error))
    }
  }
}
