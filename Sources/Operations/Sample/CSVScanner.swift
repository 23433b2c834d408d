import Foundation

/// Finds records and cells in the bytes of a table. A quote counts only at a cell's start, as spreadsheets and Python
/// have it.
enum CSVScanner {
  struct Cell {
    /// As it came, quotes and all.
    let raw: ArraySlice<UInt8>
    let value: String
  }

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// Each record with its line end.
  /// - Throws: `quoteNotClosed` where the last record has no end: what follows it could not be told from it.
  static func records(in bytes: ArraySlice<UInt8>) throws(CSVTable.Unusable) -> [ArraySlice<UInt8>] {
    var records: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var (isQuoted, atCellStart) = (false, true)
    var index = start
    while index < bytes.endIndex {
      let byte = bytes[index]
      if isQuoted {
        // A doubled quote closes and opens again, which comes to the same here.
        if byte == quote { isQuoted = false }
        atCellStart = byte == quote && index + 1 < bytes.endIndex && bytes[index + 1] == quote
      } else if byte == quote, atCellStart {
        isQuoted = true
      } else {
        atCellStart = byte == comma || byte == lineFeed
        if byte == lineFeed {
          records.append(bytes[start...index])
          start = index + 1
        }
      }
      index += 1
    }
    if isQuoted { throw .quoteNotClosed }
    if start < bytes.endIndex { records.append(bytes[start...]) }
    return records
  }

  /// The cells of one record, without its line end.
  static func cells(of record: ArraySlice<UInt8>) -> [Cell] {
    var end = record.endIndex
    if end > record.startIndex, record[end - 1] == lineFeed { end -= 1 }
    if end > record.startIndex, record[end - 1] == carriageReturn { end -= 1 }
    var cells: [Cell] = []
    var index = record.startIndex
    repeat {
      let start = index
      var value: [UInt8] = []
      if index < end, record[index] == quote { index = readQuoted(record[..<end], from: index + 1, into: &value) }
      while index < end, record[index] != comma {
        value.append(record[index])
        index += 1
      }
      cells.append(Cell(raw: record[start..<index], value: String(decoding: value, as: UTF8.self)))
      index += 1
    } while index <= end
    return cells
  }

  static func withLineEnd(_ record: ArraySlice<UInt8>, _ lineEnd: [UInt8]) -> [UInt8] {
    Array(record) + (record.last == lineFeed ? [] : lineEnd)
  }

  static func withLineEnd(_ record: ArraySlice<UInt8>, _ lineEnd: String) -> [UInt8] {
    withLineEnd(record, Array(lineEnd.utf8))
  }

  /// - Returns: the place after the closing quote.
  private static func readQuoted(_ bytes: ArraySlice<UInt8>, from start: Int, into value: inout [UInt8]) -> Int {
    var index = start
    while index < bytes.endIndex {
      if bytes[index] == quote {
        guard index + 1 < bytes.endIndex, bytes[index + 1] == quote else { return index + 1 }
        index += 1
      }
      value.append(bytes[index])
      index += 1
    }
    return index
  }
}
