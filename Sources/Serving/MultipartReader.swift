package import Foundation

/// Reads `multipart/form-data` as it comes: memory stays the same however large a part is. Source: RFC 7578 and RFC 2046,
/// 5.1.
package struct MultipartReader {
  package enum Event: Equatable {
    /// A part begins: the field's name, and the file's where it is one.
    case part(name: String, fileName: String?)
    case data(Data)
    /// The form is at its end.
    case end
  }

  /// The bytes are no form, or its headers are longer than may be.
  package struct Malformed: Error {}

  private enum Place {
    case beforeFirst, headers, content, done
  }

  private static let mostHeaderBytes = 8_192
  private static let endOfHeaders = Data("\r\n\r\n".utf8)
  private let delimiter: Data
  private var place = Place.beforeFirst
  private var waiting = Data("\r\n".utf8)

  /// - Parameter contentType: of the request; nil comes back where it names no form.
  package init?(contentType: String?) {
    guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data"),
      let range = contentType.range(of: "boundary=", options: .caseInsensitive)
    else { return nil }
    let value = contentType[range.upperBound...].prefix { $0 != ";" }
    let boundary = value.trimmingCharacters(in: .init(charactersIn: "\" "))
    guard (1...70).contains(boundary.utf8.count) else { return nil }
    delimiter = Data("\r\n--\(boundary)".utf8)
  }

  /// Takes the next bytes of the body.
  package mutating func feed(_ bytes: Data) throws -> [Event] {
    waiting += bytes
    var events: [Event] = []
    while try step(&events) {}
    return events
  }

  /// - Returns: whether it may go on with what is waiting.
  private mutating func step(_ events: inout [Event]) throws -> Bool {
    switch place {
    case .beforeFirst, .content:
      guard let found = range(of: delimiter) else {
        pass(waiting.count - delimiter.count, &events)
        return false
      }
      // Two bytes after it say whether it is the last.
      guard waiting.endIndex - found.upperBound >= 2 else { return false }
      pass(found.lowerBound - waiting.startIndex, &events)
      let isLast = waiting.dropFirst(delimiter.count).prefix(2) == Data("--".utf8)
      waiting = Data(waiting.dropFirst(delimiter.count + 2))
      place = isLast ? .done : .headers
      if isLast { events.append(.end) }
      return !isLast
    case .headers:
      guard let found = range(of: Self.endOfHeaders) else {
        guard waiting.count <= Self.mostHeaderBytes else { throw Malformed() }
        return false
      }
      events.append(try Self.part(String(decoding: waiting[..<found.lowerBound], as: UTF8.self)))
      // The line's end stays: an empty part's delimiter begins with it.
      waiting = Data(waiting[found.upperBound...])
      place = .content
      return true
    case .done:
      waiting = Data()
      return false
    }
  }

  /// As `Data.range(of:)`, which takes a millisecond for what this finds in microseconds.
  private func range(of pattern: Data) -> Range<Data.Index>? {
    let offset = waiting.withUnsafeBytes { bytes in pattern.withUnsafeBytes { Self.offset(of: $0, in: bytes) } }
    return offset.map { waiting.startIndex + $0..<waiting.startIndex + $0 + pattern.count }
  }

  private static func offset(of pattern: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress, let wanted = pattern.baseAddress else { return nil }
    var at = 0
    while bytes.count - at >= pattern.count,
      let first = memchr(start + at, CInt(pattern[0]), bytes.count - at - pattern.count + 1)
    {
      at = UnsafeRawPointer(first) - start
      if memcmp(first, wanted, pattern.count) == 0 { return at }
      at += 1
    }
    return nil
  }

  private mutating func pass(_ count: Int, _ events: inout [Event]) {
    guard count > 0 else { return }
    if place == .content { events.append(.data(Data(waiting.prefix(count)))) }
    waiting = Data(waiting.dropFirst(count))
  }

  private static func part(_ headers: String) throws -> Event {
    let line = headers.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("content-disposition:") }
    guard let line, let name = value("name", in: line) else { throw Malformed() }
    return .part(name: name, fileName: value("filename", in: line))
  }

  /// `; name="value"`; browsers write a quote in it as %22, and some programs leave the quotes away.
  private static func value(_ name: String, in line: Substring) -> String? {
    guard let start = line.range(of: "; \(name)=", options: .caseInsensitive)?.upperBound else { return nil }
    let rest = line[start...]
    guard rest.first == "\"" else { return String(rest.prefix { $0 != ";" && !$0.isWhitespace }) }
    return String(rest.dropFirst().prefix { $0 != "\"" }).replacing("%22", with: "\"")
  }
}
