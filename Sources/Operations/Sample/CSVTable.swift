import Foundation

/// A table in RFC 4180 whose bytes stay as they are but for the rows that are set: unknown columns, rows of other
/// programs and their way of quoting are kept.
struct CSVTable {
  /// What keeps a table from being changed without harm.
  enum Unusable: Error, Equatable {
    case quoteNotClosed, noColumn(String), tooLarge
  }

  /// 64 MiB.
  static let maxBytes = 64 << 20

  private let header: [String]
  private let headerBytes: [UInt8]
  private let lineEnd: [UInt8]
  /// Each with its line end, as it came.
  private var rows: [ArraySlice<UInt8>]

  /// - Parameter columns: the header of a table that has none yet.
  init(_ data: Data, columns: [String]) throws(Unusable) {
    guard data.count <= Self.maxBytes else { throw .tooLarge }
    let bytes = Array(data)
    var records = try CSVScanner.records(in: bytes[...])
    if records.isEmpty { records = [Array((columns.joined(separator: ",") + "\n").utf8)[...]] }
    let first = records.removeFirst()
    headerBytes = CSVScanner.withLineEnd(first, "\n")
    lineEnd = headerBytes.suffix(2) == [13, 10] ? [13, 10] : [10]
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    header = CSVScanner.cells(of: first.starts(with: mark) ? first.dropFirst(3) : first).map(\.value)
    rows = records
  }

  var bytes: Data { rows.reduce(into: Data(headerBytes)) { $0 += $1 } }

  /// Where the rows with these values in a column are: the first of each.
  func index(of column: String) throws(Unusable) -> [String: Int] {
    let place = try self.place(of: column)
    var index: [String: Int] = [:]
    for (number, row) in rows.enumerated() {
      let cells = CSVScanner.cells(of: row)
      if cells.indices.contains(place), index[cells[place].value] == nil { index[cells[place].value] = number }
    }
    return index
  }

  /// Every row that is not blank, by column; a row's surplus cells are left out.
  /// - Parameter column: that the table must have.
  func records(naming column: String) throws(Unusable) -> [[String: String]] {
    _ = try place(of: column)
    return rows.compactMap { row in
      let cells = CSVScanner.cells(of: row)
      if cells.count == 1, cells[0].value.isEmpty { return nil }
      return Dictionary(zip(header, cells.map(\.value)), uniquingKeysWith: { first, _ in first })
    }
  }

  /// Sets cells of a row; the others keep their bytes. Columns that the table doesn't have are left out.
  mutating func set(_ values: [String: String], at number: Int) {
    var cells = CSVScanner.cells(of: rows[number])
    while cells.count < header.count { cells.append(CSVScanner.Cell(raw: [], value: "")) }
    for (place, column) in header.enumerated() {
      guard let value = values[column], cells[place].value != value else { continue }
      cells[place] = CSVScanner.Cell(raw: CSVCell.encode(value)[...], value: value)
    }
    rows[number] = line(cells.map { Array($0.raw) })
  }

  /// Adds a row.
  /// - Returns: where it is.
  mutating func append(_ values: [String: String]) -> Int {
    if let last = rows.popLast() { rows.append(CSVScanner.withLineEnd(last, lineEnd)[...]) }
    rows.append(line(header.map { CSVCell.encode(values[$0] ?? "") }))
    return rows.count - 1
  }

  /// Removes rows by the value in a column; lines without a value, blank ones, stay.
  /// - Returns: how many rows were kept and removed.
  mutating func keepRows(
    where column: String, _ isKept: (String) -> Bool
  ) throws(Unusable) -> (kept: Int, removed: Int) {
    let place = try self.place(of: column)
    var counts = (kept: 0, removed: 0)
    rows = rows.filter { row in
      let cells = CSVScanner.cells(of: row)
      if cells.count == 1, cells[0].value.isEmpty { return true }
      let isKept = cells.indices.contains(place) && isKept(cells[place].value)
      if isKept { counts.kept += 1 } else { counts.removed += 1 }
      return isKept
    }
    return counts
  }

  /// What becomes of a row.
  enum Change {
    case kept, removed
    case set([String: String])
  }

  /// Looks at every row, by column.
  mutating func change(_ decide: ([String: String]) -> Change) {
    var removed: Set<Int> = []
    for number in rows.indices {
      let cells = CSVScanner.cells(of: rows[number])
      let row = Dictionary(zip(header, cells.map(\.value)), uniquingKeysWith: { first, _ in first })
      switch decide(row) {
      case .kept: break
      case .removed: removed.insert(number)
      case .set(let values): set(values, at: number)
      }
    }
    if !removed.isEmpty { rows = rows.indices.filter { !removed.contains($0) }.map { rows[$0] } }
  }

  private func place(of column: String) throws(Unusable) -> Int {
    guard let place = header.firstIndex(of: column) else { throw .noColumn(column) }
    return place
  }

  private func line(_ cells: [[UInt8]]) -> ArraySlice<UInt8> {
    (Array(cells.joined(separator: [UInt8(ascii: ",")])) + lineEnd)[...]
  }
}
