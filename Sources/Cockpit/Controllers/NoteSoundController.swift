import Domain
import Foundation
import HTTPTypes
import Hummingbird
import SpeechEngine
import Storage

/// What belongs to a note's recording: its bytes, its shape, and its words as files.
struct NoteSoundController {
  let services: CockpitServices
  private let waves = WaveMaker()
  private let files = FileIO()

  init(services: CockpitServices) { self.services = services }

  func add(to routes: RouterGroup<CockpitContext>) {
    let note = routes.group("notes/:id")
    note.get("audio", use: audio)
    note.get("wave", use: wave)
    note.get("transcript/:format", use: transcript)
  }

  @Sendable private func audio(_ request: Request, context: CockpitContext) async throws -> Response {
    let (facts, _) = try services.visibleNote(context)
    let clip = try clip(of: facts)
    let kind = SoundKind(path: clip.path)
    var headers: HTTPFields = [
      .contentType: kind.type, .acceptRanges: "bytes", .eTag: "\"\(clip.sha256)\"", .cacheControl: "private, no-cache",
    ]
    if request.uri.queryParameters["download"] != nil {
      headers[.contentDisposition] = FileName(facts, services.clockWords(), suffix: kind.suffix).attachment
    }
    let isSame = request.headers[.ifRange].map { $0 == headers[.eTag] } ?? true
    let path = services.configuration.dataDirectory.appending(path: clip.path).path
    switch ByteRange.read(isSame ? request.headers[.range] : nil, size: clip.byteCount) {
    case .whole:
      return Response(status: .ok, headers: headers, body: try await files.loadFile(path: path, context: context))
    case .part(let range):
      headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(clip.byteCount)"
      let body = try await files.loadFile(path: path, range: range, context: context)
      return Response(status: .partialContent, headers: headers, body: body)
    case .outside:
      return Response(
        status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(clip.byteCount)"], body: .init())
    }
  }

  private func clip(of facts: NoteFacts) throws -> Clip {
    guard let id = facts.draft.clipID, let clip = try services.store.clips.find(id) else {
      throw HTTPError(.notFound, message: "Nothing was recorded for this note.")
    }
    if let at = clip.purgedAt {
      let day = services.clockWords().day(at)
      throw HTTPError(.gone, message: "The audio was removed on \(day), as set. The words stay.")
    }
    return clip
  }

  private struct WaveAnswer: Encodable, Sendable {
    let seconds: Double
    let bars: [UInt8]
  }

  @Sendable private func wave(_ request: Request, context: CockpitContext) async throws -> Response {
    let clip = try clip(of: services.visibleNote(context).facts)
    if let wave = try services.store.waves.find(clip.id) {
      return try .json(WaveAnswer(seconds: wave.seconds, bars: wave.bars))
    }
    let file = services.configuration.dataDirectory.appending(path: clip.path)
    let wave: ClipWave
    do {
      wave = try await waves.wave(of: file)
    } catch is AudioError {
      throw HTTPError(.unprocessableContent, message: "The sound of this recording can't be drawn. It is kept.")
    }
    try services.store.waves.save(wave, of: clip)
    return try .json(WaveAnswer(seconds: wave.seconds, bars: wave.bars))
  }

  @Sendable private func transcript(_ request: Request, context: CockpitContext) async throws -> Response {
    let (facts, _) = try services.visibleNote(context)
    guard let format = TranscriptFile(rawValue: try context.parameters.require("format")),
      let clipID = facts.draft.clipID, let transcript = try services.store.transcripts.find(clipID)
    else { throw HTTPError(.notFound, message: "There is no such transcript.") }
    let correction = try services.store.corrections.latest(transcript.id)?.text
    let text = try format.render(transcript, corrected: correction, name: facts.sound?.originalName ?? "")
    let name = FileName(facts, services.clockWords(), suffix: format.rawValue)
    return Response(
      status: .ok,
      headers: [
        .contentType: format.type, .contentDisposition: name.attachment, .cacheControl: "no-store",
      ],
      body: .init(byteBuffer: .init(string: text)))
  }
}
