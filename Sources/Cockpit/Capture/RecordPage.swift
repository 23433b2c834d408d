import Capture
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Serving
import Storage

/// GET /record, GET /waiting, and the form that finishes a recording whose browser did not come back.
struct RecordPage {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("record", use: record)
    routes.get("waiting", use: waiting)
    routes.post("recordings/:id/finish", use: finish)
  }

  private struct Bar: Sendable {
    let x: Int
    let y: Int
    let height: Int
  }

  private struct View: Sendable {
    let frame: PageFrame
    let contactID: String
    let contactName: String?
    let account: String
    let limitSeconds: Int
    /// The recorder's; an upload's is ``limit``.
    let recordLimit: String
    let maxBytes: Int
    let limit: String
    let size: String
    let makesTranscripts: Bool
    let hasLiveWords: Bool
    /// Milliseconds of sound that are sent at once.
    let step: Int
    let offersRecorder: Bool
    let bars: [Bar]
    let found: [FoundRecording]
    let notice: UploadNotice?
  }

  private struct Waiting: Sendable { let frame: PageFrame }

  @Sendable private func record(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.signedIn()
    services.live?.prepare()
    return try page(request, context, contact: request.uri.queryParameters["contact"].map(String.init))
  }

  /// The recorder and the upload, with what came of one.
  func page(
    _ request: Request, _ context: CockpitContext, contact: String?, notice: UploadNotice? = nil,
    status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let identity = try context.signedIn()
    let configuration = services.configuration
    let words = CaptureWords(configuration)
    let known = try services.card(contact, identity)
    let hasLiveWords = services.live.map { $0.refusal == nil } ?? false
    let bars = (0..<32).map { Bar(x: $0 * 10, y: 28 - $0 * 25 / 31, height: 8 + $0 * 25 / 31) }
    let view = View(
      frame: try services.frame("Record", .record, request, context, scripts: ["/js/capture/page.js"]),
      contactID: known?.person.id.rawValue ?? "", contactName: known?.person.name, account: known?.account.name ?? "",
      limitSeconds: configuration.recordingMaxSeconds,
      recordLimit: CaptureWords.span(configuration.recordingMaxSeconds), maxBytes: configuration.uploadMaxBytes,
      limit: words.limit, size: words.size, makesTranscripts: configuration.makesTranscripts,
      hasLiveWords: hasLiveWords, step: hasLiveWords ? configuration.streamChunkMilliseconds : 1_000,
      offersRecorder: configuration.offersRecorder, bars: bars,
      found: try services.foundRecordings(identity), notice: notice)
    return try services.templates.page("record", view, status: status)
  }

  @Sendable private func waiting(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.signedIn()
    let frame = try services.frame("Still on this phone", .outbox, request, context)
    return try services.templates.page("waiting", Waiting(frame: frame))
  }

  private struct Finish: Decodable { let csrf: String? }

  /// Finishes with what the server has. What the phone has beyond that comes as a note of its own when it returns.
  @Sendable private func finish(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    _ = try await FormBody.decode(Finish.self, from: request)
    let recording = try services.ownRecording(try context.parameters.require("id"), identity)
    let desk = services.recordingDesk
    do {
      let finished = try await Blocking.run { try desk.finish(recording.id, declared: nil) }
      await services.live?.finished(finished ?? recording)
    } catch let error as CaptureError {
      throw CaptureWords(services.configuration).answer(error)
    }
    return .back(to: "/notes/\(recording.draftID)")
  }
}

/// A recording that was not finished, for the card `parts/found` on Today and on the recorder's page.
struct FoundRecording: Sendable {
  let id: String
  let note: String
  /// `1 min 12 s`
  let length: String
  /// `11:31`, or `yesterday 11:31`.
  let time: String
}

extension CockpitServices {
  /// Recordings of this person whose browser has been quiet for a minute.
  func foundRecordings(_ identity: Identity) throws -> [FoundRecording] {
    let now = clock.now()
    return try store.recordings.unfinished(ownerID: identity.ownerID, quietSince: now - 60)
      .filter { $0.seconds > 0 }
      .map { found in
        let moment = PastMoment.words(found.recording.updatedAt, now: now)
        return FoundRecording(
          id: found.recording.id.rawValue, note: found.recording.draftID.rawValue,
          length: CaptureWords.length(found.seconds), time: moment.replacing("today ", with: ""))
      }
  }
}
