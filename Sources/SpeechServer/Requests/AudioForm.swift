import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving

/// A form of OpenAI's audio API: its fields, and its file on disk.
struct AudioForm: Sendable {
  private static let mostFields = 100
  private static let mostFieldBytes = 262_144

  private(set) var fields: [(name: String, value: String)] = []
  private(set) var file: SpooledFile?
  /// Of the file, not on disk yet.
  private var waiting = Data()
  private static let mostWaiting = 262_144

  /// Reads the form as it comes; memory stays the same however large the file is.
  /// - Throws: ``APIError``.
  static func read(_ request: Request, _ spool: Spool, limit: Int) async throws -> AudioForm {
    guard var reader = MultipartReader(contentType: request.headers[.contentType]) else {
      throw APIError(
        .badRequest, "The request has to be multipart/form-data with a field 'file'.", code: "invalid_content_type")
    }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit + 2 * mostFieldBytes {
      throw APIError.tooLarge(limit: limit)
    }
    var form = AudioForm()
    var isWhole = false
    for try await buffer in request.body {
      let events: [MultipartReader.Event]
      do {
        events = try reader.feed(Data(buffer.readableBytesView))
      } catch {
        throw APIError(.badRequest, "The form can't be read: its parts have no names.", code: "invalid_form")
      }
      for event in events {
        if event == .end { isWhole = true } else { try await form.take(event, spool, limit: limit) }
      }
    }
    try await form.putDown()
    guard isWhole else {
      throw APIError(.badRequest, "The form did not come whole. Send it again.", code: "invalid_form")
    }
    return form
  }

  /// Many small pieces at once: each write changes threads.
  private mutating func putDown() async throws {
    guard let file, !waiting.isEmpty else { return }
    let bytes = waiting
    waiting = Data()
    try await Blocking.run { try file.write(bytes) }
  }

  private mutating func take(_ event: MultipartReader.Event, _ spool: Spool, limit: Int) async throws {
    switch event {
    case .part(let name, _):
      try await putDown()
      if name == FieldName.file.rawValue {
        guard file == nil else { throw APIError.badRequest("One file a request.", .file) }
        file = try await Blocking.run { try spool.makeFile(limit: limit) }
      }
      fields.append((name, ""))
      guard fields.count <= Self.mostFields else { throw APIError(.badRequest, "The form has too many fields.") }
    case .data(let bytes):
      guard let last = fields.indices.last else { return }
      if fields[last].name == FieldName.file.rawValue {
        waiting += bytes
        if waiting.count >= Self.mostWaiting { try await putDown() }
      } else {
        fields[last].value += String(decoding: bytes, as: UTF8.self)
        guard fields[last].value.utf8.count <= Self.mostFieldBytes else {
          throw APIError(
            .badRequest, "The field is too long.", param: String(fields[last].name.prefix(80)), code: "invalid_value")
        }
      }
    case .end: break
    }
  }
}
