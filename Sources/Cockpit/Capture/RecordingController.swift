import Capture
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Storage

/// Recordings that come up in chunks while they are spoken. Every call may be repeated.
struct RecordingController {
  let services: CockpitServices
  private var words: CaptureWords { CaptureWords(services.configuration) }

  func add(to routes: RouterGroup<CockpitContext>) {
    let recordings = routes.group("api/recordings")
    recordings.post(use: begin)
    recordings.get(":id", use: show)
    recordings.get(":id/words", use: liveWords)
    recordings.put(":id/chunks/:number", use: keep)
    recordings.post(":id/finish", use: finish)
  }

  private struct Begin: Decodable {
    let id: String
    let note: String
    let contact: String?
    /// Milliseconds since 1970, by the browser's clock.
    let started: Double
    let client: String?
  }

  private struct State: Encodable {
    let id: String
    let note: String
    let state: String
    let clip: String?
    /// Of a recording that was finished: what it was made from.
    let chunks: Int?
    let sha256: String?
    /// Chunks that are durable, as pairs of the first and the last number of each run.
    let have: [[Int]]
  }

  /// POST /api/recordings
  @Sendable private func begin(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let form = try await FormBody.decode(Begin.self, from: request)
    guard Recording.isIdentifier(form.id), Recording.isIdentifier(form.note), form.started.isFinite,
      abs(form.started) < 1e14, (form.contact ?? "").utf8.count <= 100
    else { throw HTTPError(.badRequest, message: "This is not how a recording begins.") }
    let desk = services.recordingDesk
    let agent = try JSONEncoder().encode(["agent": String((form.client ?? "").prefix(300))])
    let client = String(decoding: agent, as: UTF8.self)
    let services = services
    let result = try await Blocking.run {
      // A note's identifier is the browser's to make, not to take from somebody.
      if let draft = try services.store.drafts.find(ID(form.note)), draft.ownerID != identity.ownerID {
        throw HTTPError(.forbidden)
      }
      return try desk.begin(
        ID(form.id), ownerID: identity.ownerID, draftID: ID(form.note),
        contactID: try services.card(form.contact, identity)?.person.id,
        startedAt: Date(unixMilliseconds: Int64(form.started)), client: client)
    }
    switch result {
    case .begun(let recording), .known(let recording): return try await state(recording)
    case .foreign: throw HTTPError(.forbidden)
    case .tooMany:
      throw HTTPError(.tooManyRequests, message: "Too many recordings are not finished. Open Today and finish some.")
    }
  }

  /// GET /api/recordings/{id}
  @Sendable private func show(_ request: Request, context: CockpitContext) async throws -> Response {
    try await state(try own(context))
  }

  /// GET /api/recordings/{id}/words: what was heard so far.
  @Sendable private func liveWords(_ request: Request, context: CockpitContext) async throws -> Response {
    let recording = try own(context)
    let none = LiveTranscript(draftID: recording.draftID, recordingID: recording.id, ownerID: recording.ownerID)
    return try .json(LiveSaid(try services.store.live.find(recording.draftID) ?? none, from: 0))
  }

  /// PUT /api/recordings/{id}/chunks/{number}?of={how many the browser has}: 16-bit samples, their SHA-256 in `X-SHA-256`. 204 says that they are on
  /// disk.
  @Sendable private func keep(_ request: Request, context: CockpitContext) async throws -> Response {
    let recording = try own(context)
    guard let number = context.parameters.get("number", as: Int.self), let hash = request.headers[.contentSHA256],
      hash.utf8.count == 64
    else { throw HTTPError(.badRequest, message: "A part needs its number and its SHA-256.") }
    if recording.state == .assembled { throw words.answer(.recordingClosed) }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > RecordingDesk.mostChunkBytes {
      throw HTTPError(.contentTooLarge)
    }
    let desk = services.recordingDesk
    do {
      let file = try await Blocking.run { try desk.receive(for: recording.id) }
      var sound = services.live?.wants(number) == true ? Data() : nil
      for try await buffer in request.body {
        let bytes = Data(buffer.readableBytesView)
        try await Blocking.run { try file.write(bytes) }
        sound?.append(bytes)
      }
      let chunk = try await Blocking.run {
        try desk.keep(file, number: number, of: recording.id, sha256: hash.lowercased())
      }
      if let sound { hear(chunk, sound, of: recording, count: request.uri.queryParameters.get("of", as: Int.self)) }
    } catch let error as CaptureError {
      throw words.answer(error)
    }
    return Response(status: .noContent)
  }

  /// What is durable may be heard.
  private func hear(_ chunk: RecordedChunk, _ sound: Data, of recording: Recording, count: Int?) {
    let (behind, overflow) = (count ?? 0).subtractingReportingOverflow(chunk.number + 1)
    services.live?.came(chunk, sound, of: recording, behind: overflow ? 0 : max(0, behind))
  }

  private struct Finish: Decodable {
    let chunks: Int
    let frames: Int
    let sha256: String
  }

  private struct Missing: Encodable {
    struct Message: Encodable { let message: String }
    let error: Message
    let missing: [Int]
  }

  /// POST /api/recordings/{id}/finish: 200 says that the recording is a clip and belongs to its note.
  @Sendable private func finish(_ request: Request, context: CockpitContext) async throws -> Response {
    let recording = try own(context)
    let form = try await FormBody.decode(Finish.self, from: request)
    let declared = RecordingDeclaration(chunks: form.chunks, frames: form.frames, sha256: form.sha256)
    let desk = services.recordingDesk
    do {
      let finished = try await Blocking.run { try desk.finish(recording.id, declared: declared) }
      await services.live?.finished(finished ?? recording)
      return try await state(finished ?? recording)
    } catch CaptureError.chunksMissing(let numbers) {
      let message = words.answer(.chunksMissing(numbers)).body ?? ""
      let missing = Missing(error: .init(message: message), missing: Array(numbers.prefix(1_000)))
      return try .json(missing, status: .conflict)
    } catch let error as CaptureError {
      throw words.answer(error)
    }
  }

  private func own(_ context: CockpitContext) throws -> Recording {
    try services.ownRecording(try context.parameters.require("id"), try context.signedIn())
  }

  private func state(_ recording: Recording) async throws -> Response {
    let desk = services.recordingDesk
    let numbers = try await Blocking.run { try desk.durableChunks(of: recording.id) }
    return try .json(
      State(
        id: recording.id.rawValue, note: recording.draftID.rawValue, state: recording.state.rawValue,
        clip: recording.clipID?.rawValue, chunks: recording.chunkCount, sha256: recording.sha256,
        have: Self.runs(numbers)))
  }

  /// [0, 1, 2, 5] is [[0, 2], [5, 5]].
  static func runs(_ numbers: [Int]) -> [[Int]] {
    numbers.reduce(into: []) { runs, number in
      if let last = runs.last, last[1] + 1 == number {
        runs[runs.count - 1][1] = number
      } else {
        runs.append([number, number])
      }
    }
  }
}

extension HTTPField.Name {
  /// 64 hex digits: SHA-256 of the body.
  static let contentSHA256 = HTTPField.Name("X-SHA-256") ?? .contentType
}

extension CockpitServices {
  var recordingDesk: RecordingDesk {
    RecordingDesk(
      store: store, dataDirectory: configuration.dataDirectory, maxSeconds: configuration.recordingMaxSeconds,
      clock: clock)
  }

  /// A recording of this person's own: only who speaks sends its parts.
  /// - Throws: 404 where there is none, 403 where it is another's.
  func ownRecording(_ id: String, _ identity: Identity) throws -> Recording {
    guard Recording.isIdentifier(id), let recording = try store.recordings.find(ID(id)) else {
      throw HTTPError(.notFound, message: "This recording is not here.")
    }
    guard recording.ownerID == identity.ownerID else { throw HTTPError(.forbidden) }
    return recording
  }
}

extension CockpitConfiguration {
  /// Longest recording in seconds that both limits allow.
  var recordingMaxSeconds: Int {
    max(1, min(audioMaxSeconds, (uploadMaxBytes - 1_024) / Recording.bytesPerSecond))
  }
}
