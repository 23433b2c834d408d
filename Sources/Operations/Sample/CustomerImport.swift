import Crypto
public import Domain
public import Foundation
public import Storage

/// Takes a table of customers into the store: accounts, the people there, follow-ups.
public struct CustomerImport: Sendable {
  private let store: FieldStore
  private let calendar: Calendar

  /// - Parameter calendar: in whose zone the table's days are; the machine's own by default.
  public init(store: FieldStore, calendar: Calendar = .autoupdatingCurrent) {
    self.store = store
    self.calendar = calendar
  }

  /// Reads a table, whether or not it was read before.
  /// - Parameter ownerID: of accounts that are new.
  /// - Throws: ``OperationsError``, `StorageError`.
  public func run(_ file: URL, ownerID: ID<Owner> = Owner.local) throws -> CustomerTally {
    let data = try read(file)
    return try take(data, Self.sum(data), file, ownerID)
  }

  /// Reads the data folder's `crm_sample.csv` where there is one with bytes that were not read before.
  /// - Returns: nil where there is nothing new.
  /// - Throws: ``OperationsError``, `StorageError`.
  public func runIfNew(ownerID: ID<Owner> = Owner.local) throws -> CustomerTally? {
    let file = store.dataDirectory.appending(path: SampleView.fileName)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let data = try read(file)
    let sum = Self.sum(data)
    return try store.customers.hasTaken(sum) ? nil : try take(data, sum, file, ownerID)
  }

  private func take(_ data: Data, _ sum: String, _ file: URL, _ ownerID: ID<Owner>) throws -> CustomerTally {
    let table = try CustomerTable(data, path: file.path, calendar: calendar)
    var tally = try store.customers.take(table.rows, sha256: sum, ownerID: ownerID)
    tally.found = table.tally.found
    tally.junk = table.tally.junk
    tally.deliveries = table.tally.deliveries
    return tally
  }

  private func read(_ file: URL) throws -> Data {
    do {
      let size = try file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
      guard size.isRegularFile == true else {
        throw OperationsError.unusableCustomers(path: file.path, reason: "not a regular file")
      }
      guard size.fileSize ?? 0 <= CSVTable.maxBytes else {
        throw OperationsError.unusableCustomers(path: file.path, reason: CSVTable.Unusable.tooLarge.words)
      }
      return try Data(contentsOf: file)
    } catch let error as CocoaError {
      let reason = error.code == .fileReadNoSuchFile ? "no such file" : "it can't be read"
      throw OperationsError.unusableCustomers(path: file.path, reason: reason)
    }
  }

  private static func sum(_ data: Data) -> String {
    SHA256.hash(data: data).hex
  }
}
