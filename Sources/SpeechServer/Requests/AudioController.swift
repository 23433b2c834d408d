import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SpeechEngine
import Storage
import Transcription

/// POST /v1/audio/transcriptions and /v1/audio/translations.
struct AudioController<Context: ConnectionContext>: Sendable {
  let services: SpeechServices

  func add(to routes: RouterGroup<Context>) {
    routes.post(.init(APIDocument.transcriptions)) { request, context in
      try await answer(request, context, isTranslation: false)
    }
    routes.post(.init(APIDocument.translations)) { request, context in
      try await answer(request, context, isTranslation: true)
    }
  }

  private func answer(_ request: Request, _ context: Context, isTranslation: Bool) async throws -> Response {
    let caller = try AudioCaller(
      request, context.connection.remoteAddress, services.gate, isTranslation ? .translate : .transcribe)
    guard services.desk.engine != nil else { throw APIError.notReady(retryAfter: 2) }
    let form = try await form(request, caller)
    let asked = try AudioRequest(form, isTranslation: isTranslation)
    let served = try await services.model(asked.model)
    guard let file = form.file else { throw APIError.badRequest("The form has no field 'file'.", .file) }
    var options = asked.options
    if served != services.configuration.model { options.model = served.model }
    let listener = try listener(to: file, options, caller)
    context.connection.closeFuture.whenComplete { _ in listener.hangUp() }
    let updates = TimedUpdate.stream(listener.updates, every: services.configuration.keepAlive)
    if asked.isStream { return stream(updates) }
    return try await TranscriptAnswer(
      format: asked.format, model: served.model.name, isTranslation: isTranslation, updates: updates
    ).response()
  }

  private func form(_ request: Request, _ caller: AudioCaller) async throws -> AudioForm {
    // What has no place costs no upload.
    if caller.retry.isAgain { services.book.expect(caller.key) } else { try checkPlace(caller.priority) }
    defer { if caller.retry.isAgain { services.book.arrived(caller.key) } }
    return try await services.uploading {
      try await AudioForm.read(request, services.spool, limit: services.configuration.maxBytes)
    }
  }

  private func checkPlace(_ priority: RequestPriority) throws {
    do { try services.desk.checkPlace(priority) } catch { throw APIError.busy(retryAfter: error.retryAfter) }
  }

  private func listener(
    to file: SpooledFile, _ options: RequestOptions, _ caller: AudioCaller
  ) throws -> RequestBook.Listener {
    let retry = caller.retry
    let question = RequestBook.Question(caller: caller.key, hash: file.hash, options: options)
    if retry.isAgain, let known = services.book.join(question, patience: retry.patience) { return known }
    do {
      let updates = try services.desk.submit(
        file.url, options, key: caller.key, priority: caller.priority, cost: Double(file.byteCount) / 32_000)
      return services.book.begin(question, updates, of: file, patience: retry.patience)
    } catch {
      throw APIError.busy(retryAfter: error.retryAfter)
    }
  }

  private func stream(_ updates: AsyncStream<TimedUpdate>) -> Response {
    let headers: HTTPFields = [
      .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store, no-transform",
    ]
    return Response(
      status: .ok, headers: headers,
      body: .init { writer in
        var stream = EventStream()
        for await update in updates {
          for frame in try stream.frames(update) { try await writer.write(frame) }
        }
        try await writer.finish(nil)
      })
  }
}
