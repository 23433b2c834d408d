import Foundation
import Hummingbird
import HummingbirdCore
import NIOCore

/// The token at the start of an upload that a page without scripts sends: the first field of `multipart/form-data`.
/// What was read for it is put before the rest of the body, which streams on.
enum MultipartToken {
  /// The first field is within so many bytes.
  private static let reach = 4_096

  /// - Returns: nil where the first field is another.
  static func read(from request: inout Request) async throws -> String? {
    var rest = request.body.makeAsyncIterator()
    var start = ByteBuffer()
    var found: String?
    while found == nil, start.readableBytes < reach, var part = try await rest.next() {
      start.writeBuffer(&part)
      found = field(in: start)
    }
    request.body = RequestBody(asyncSequence: BodyFromStart(start: start, rest: .init(rest)))
    return found.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// - Returns: nil where more is needed, "" where it is another field.
  private static func field(in start: ByteBuffer) -> String? {
    let text = String(buffer: start.getSlice(at: start.readerIndex, length: min(start.readableBytes, reach)) ?? start)
    guard let head = text.range(of: "\r\n\r\n") else { return nil }
    guard text[..<head.lowerBound].contains("name=\"csrf\"") else { return "" }
    guard let end = text.range(of: "\r\n", range: head.upperBound..<text.endIndex) else { return nil }
    return String(text[head.upperBound..<end.lowerBound])
  }
}

/// A body of which the start was read already.
private struct BodyFromStart: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  /// `@unchecked Sendable`: a request's body has one reader, who asks for a part when it has the one before.
  final class Rest: @unchecked Sendable {
    private var iterator: RequestBody.AsyncIterator

    init(_ iterator: RequestBody.AsyncIterator) { self.iterator = iterator }

    func next() async throws -> ByteBuffer? {
      var iterator = iterator
      defer { self.iterator = iterator }
      return try await iterator.next()
    }
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var start: ByteBuffer?
    fileprivate let rest: Rest

    mutating func next() async throws -> ByteBuffer? {
      defer { start = nil }
      if let start { return start }
      return try await rest.next()
    }
  }

  let start: ByteBuffer
  let rest: Rest

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(start: start, rest: rest) }
}
