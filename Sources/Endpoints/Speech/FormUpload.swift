import Foundation
import NIOCore

/// A form of fields and one file (RFC 7578), made while it is sent.
struct FormUpload: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  private let head: Data
  private let file: UploadFile
  private let tail: Data
  let contentType: String

  /// - Parameter fields: names are ours; values are sent as they are.
  init(_ fields: [(name: String, value: String)], _ file: UploadFile) {
    let boundary = "fieldos-" + UUID().uuidString
    var head = ""
    for field in fields {
      head += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n"
    }
    head += "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(file.name)\"\r\n"
    head += "Content-Type: application/octet-stream\r\n\r\n"
    self.head = Data(head.utf8)
    self.file = file
    tail = Data("\r\n--\(boundary)--\r\n".utf8)
    contentType = "multipart/form-data; boundary=\(boundary)"
  }

  var byteCount: Int { head.count + file.byteCount + tail.count }

  func makeAsyncIterator() -> Iterator { Iterator(form: self) }

  struct Iterator: AsyncIteratorProtocol {
    /// Most bytes of the file that are held at a time.
    private static let pieceBytes = 1 << 17

    private let form: FormUpload
    /// Bytes of the file that were handed over; nil before the head.
    private var sent: Int?
    private var isOver = false

    fileprivate init(form: FormUpload) { self.form = form }

    mutating func next() async throws -> ByteBuffer? {
      guard let sent else {
        self.sent = 0
        return ByteBuffer(bytes: form.head)
      }
      let count = Swift.min(Self.pieceBytes, form.file.byteCount - sent)
      if count > 0 {
        self.sent = sent + count
        return ByteBuffer(bytes: try form.file.read(sent, count))
      }
      defer { isOver = true }
      return isOver ? nil : ByteBuffer(bytes: form.tail)
    }
  }
}
