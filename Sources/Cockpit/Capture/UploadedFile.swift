import Capture
import Domain
import Foundation
import Hummingbird
import Serving
import Storage

/// What came of a file that was sent.
enum UploadOutcome: Sendable {
  /// It is durable and belongs to a note.
  case taken(note: String?, clip: String)
  /// Its bytes were known; nothing was added.
  case known(UploadNotice)
}

/// What a page says of a file that was not added.
struct UploadNotice: Sendable {
  let title: String
  let line: String
  /// The note to open.
  let note: String?
  var isRefusal = false
}

/// A file on its way in, with the limits that it has to keep.
struct UploadedFile {
  private let services: CockpitServices
  private let words: CaptureWords
  private let ingest: Ingest
  private let received: ReceivedFile
  private var maxBytes: Int { services.configuration.uploadMaxBytes }

  /// - Parameter announced: the request's length; one beyond the limit is refused before anything of it is kept.
  init(_ services: CockpitServices, announced: String?) async throws {
    self.services = services
    let configuration = services.configuration
    words = CaptureWords(configuration)
    if let length = announced.flatMap({ Int($0) }), length > configuration.uploadMaxBytes {
      throw HTTPError(.contentTooLarge, message: words.tooLarge)
    }
    let ingest = Ingest(store: services.store, dataDirectory: configuration.dataDirectory, clock: services.clock)
    self.ingest = ingest
    received = try await Blocking.run { try ingest.receive(maxBytes: configuration.uploadMaxBytes) }
  }

  func take(_ bytes: Data) async throws {
    let received = received
    do {
      try await Blocking.run { try received.write(bytes) }
    } catch is CaptureError {
      throw HTTPError(.contentTooLarge, message: words.tooLarge)
    }
  }

  /// Takes the file in where it is audio of an allowed length.
  /// - Throws: 413 and 422 in words.
  func finish(name: String, contact: String?, _ identity: Identity) async throws -> UploadOutcome {
    let (services, words, ingest, received) = (services, words, ingest, received)
    guard received.byteCount > 0 else { throw HTTPError(.unprocessableContent, message: CaptureWords.notAudio) }
    return try await Blocking.run {
      let seconds = try Self.length(of: received, services.configuration, words)
      let shown = String(name.split(whereSeparator: { "/\\".contains($0) }).last?.prefix(200) ?? "recording")
      let result = try ingest.ingest(received, originalName: shown, ownerID: identity.ownerID, durationSeconds: seconds)
      return try services.outcome(result, contact: contact, identity)
    }
  }

  private static func length(
    of received: ReceivedFile, _ configuration: CockpitConfiguration, _ words: CaptureWords
  ) throws -> Double? {
    switch configuration.audioLength(received.location) {
    case .notAudio: throw HTTPError(.unprocessableContent, message: CaptureWords.notAudio)
    case .unknown: return nil
    case .seconds(let seconds):
      guard seconds <= Double(configuration.audioMaxSeconds) else {
        throw HTTPError(.contentTooLarge, message: words.tooLong(seconds))
      }
      return seconds
    }
  }
}

extension CockpitServices {
  /// What the sender is told, and the note that the clip belongs to.
  func outcome(_ result: IngestResult, contact: String?, _ identity: Identity) throws -> UploadOutcome {
    switch result {
    case .stored(let clip, _), .again(let clip, _):
      return .taken(note: try note(for: clip, contact: contact, identity), clip: clip.id.rawValue)
    case .restored(let clip):
      _ = try store.jobs.revive(clipID: clip.id)
      return .taken(note: try note(of: clip)?.id, clip: clip.id.rawValue)
    case .revived(let clip), .pending(let clip, _):
      return .taken(note: try note(of: clip)?.id, clip: clip.id.rawValue)
    case .duplicate(let known): return .known(try notice(known))
    }
  }

  private func notice(_ known: KnownClip) throws -> UploadNotice {
    let title = "You already recorded this clip"
    let when = PastMoment.words(known.clip?.createdAt ?? known.firstSeenAt, now: clock.now())
    guard let clip = known.clip else {
      return UploadNotice(title: title, line: "It was erased since, first seen \(when). Nothing was added.", note: nil)
    }
    let note = try note(of: clip)
    let whose = note.flatMap { $0.account.isEmpty ? nil : "the note for \($0.account)" } ?? "your note"
    return UploadNotice(title: title, line: "Same audio as \(whose), \(when). Nothing was added.", note: note?.id)
  }
}
