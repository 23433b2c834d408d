import Capture
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Storage

/// Whole recordings of any audio format, from a script or from a plain form. They go to disk as they come.
struct UploadController {
  let services: CockpitServices
  private var words: CaptureWords { CaptureWords(services.configuration) }

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.post("api/uploads", use: raw)
    routes.post("uploads", use: form)
  }

  private struct Answer: Encodable {
    struct Same: Encodable {
      let title: String
      let line: String
      let note: String?
    }
    let note: String?
    let clip: String?
    /// The bytes were known: nothing was added.
    let duplicate: Same?
  }

  /// POST /api/uploads?contact=: the file is the body, its name percent-encoded in `X-File-Name`.
  @Sendable private func raw(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let name = request.headers[.fileName].flatMap { $0.removingPercentEncoding } ?? "recording"
    let contact = request.uri.queryParameters["contact"].map(String.init)
    let file = try await UploadedFile(services, announced: request.headers[.contentLength])
    for try await buffer in request.body { try await file.take(Data(buffer.readableBytesView)) }
    let outcome = try await file.finish(name: name, contact: contact, identity)
    switch outcome {
    case .taken(let note, let clip): return try .json(Answer(note: note, clip: clip, duplicate: nil))
    case .known(let notice):
      let same = Answer.Same(title: notice.title, line: notice.line, note: notice.note)
      return try .json(Answer(note: notice.note, clip: nil, duplicate: same))
    }
  }

  /// POST /uploads: a form with `csrf` and `contact` before its `file`.
  @Sendable private func form(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    guard var reader = MultipartReader(contentType: request.headers[.contentType]) else {
      throw HTTPError(.badRequest, message: "The form can't be read. Load the page again.")
    }
    let file = try await UploadedFile(services, announced: nil)
    var form = UploadForm()
    for try await buffer in request.body {
      let events: [MultipartReader.Event]
      do {
        events = try reader.feed(Data(buffer.readableBytesView))
      } catch {
        throw HTTPError(.badRequest, message: "The form can't be read. Load the page again.")
      }
      for event in events {
        if let bytes = try form.take(event, csrf: context.csrf) { try await file.take(bytes) }
      }
    }
    guard form.isWhole else { throw HTTPError(.badRequest, message: "The file did not come whole. Send it again.") }
    do {
      switch try await file.finish(name: form.fileName, contact: form.contact, identity) {
      case .taken(let note, _): return .back(to: note.map { "/notes/\($0)" } ?? "/")
      case .known(let notice):
        return try RecordPage(services: services).page(request, context, contact: form.contact, notice: notice)
      }
    } catch let error as HTTPError where error.status != .internalServerError {
      let notice = UploadNotice(title: "Not uploaded", line: error.body ?? "", note: nil, isRefusal: true)
      return try RecordPage(services: services).page(
        request, context, contact: form.contact, notice: notice, status: error.status)
    }
  }
}

/// The fields of an upload's form, as they come.
private struct UploadForm {
  private(set) var contact: String?
  private(set) var fileName = "recording"
  private(set) var isWhole = false
  private var token = ""
  private var field = ""

  /// - Returns: bytes of the file.
  /// - Throws: 403 where the file comes before a token of this session.
  mutating func take(_ event: MultipartReader.Event, csrf: String) throws -> Data? {
    switch event {
    case .part(let name, let fileName):
      field = name
      guard name == "file" else { return nil }
      guard token == csrf else { throw HTTPError(.forbidden, message: "Load the page again, then send the file.") }
      if let fileName, !fileName.isEmpty { self.fileName = fileName }
    case .data(let bytes):
      if field == "file" { return bytes }
      try keep(String(decoding: bytes, as: UTF8.self))
    case .end: isWhole = true
    }
    return nil
  }

  private mutating func keep(_ text: String) throws {
    if field == "csrf" { token += text }
    if field == "contact" { contact = (contact ?? "") + text }
    guard token.utf8.count <= 1_000, (contact ?? "").utf8.count <= 1_000 else { throw HTTPError(.badRequest) }
  }
}

extension HTTPField.Name {
  /// A file's name, percent-encoded.
  static let fileName = HTTPField.Name("X-File-Name") ?? .contentType
}
