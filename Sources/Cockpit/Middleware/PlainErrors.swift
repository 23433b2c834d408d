import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Storage

/// Turns what was thrown into an answer for whoever asked: a page for people, `{"error":{"message"}}` for scripts.
/// Nothing of what went wrong inside is told but a code that the log holds too.
struct PlainErrors: RouterMiddleware {
  typealias Context = CockpitContext
  let services: CockpitServices

  func handle(
    _ request: Request, context: CockpitContext, next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as Refused {
      services.access.audit.refused(error.action, request.uri.path, context)
      return try answer(error.status, error.message, error.headers, request, context)
    } catch let error as HTTPError {
      if error.status == .forbidden { services.access.audit.refused("request.forbidden", request.uri.path, context) }
      return try answer(error.status, error.body, error.headers, request, context)
    } catch let error as StorageError where error.isPassing {
      return try answer(
        .serviceUnavailable, "The disk can't take it now. Nothing was changed. Try again in a moment.", [:], request,
        context)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      let code = RandomHex.make(bytes: 2).uppercased()
      context.logger.error("request failed", metadata: ["code": "\(code)", "error": "\(error)"])
      return try answer(
        .internalServerError, "Something broke on our side. Nothing you saved is lost. Code \(code).", [:], request,
        context)
    }
  }

  private func answer(
    _ status: HTTPResponse.Status, _ message: String?, _ headers: HTTPFields, _ request: Request,
    _ context: CockpitContext
  ) throws -> Response {
    let words = ErrorWords(status, message)
    if request.wantsJSON {
      var response = try Response.json(ErrorBody(error: .init(message: words.line)), status: status)
      for field in headers { response.headers.append(field) }
      return response
    }
    if status == .unauthorized, request.method == .get {
      let back = request.uri.path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "/"
      return Response(status: .seeOther, headers: [.location: "/signin?back=\(back)"])
    }
    let view = MessageView(
      frame: try services.frame(words.headline, .none, request, context), headline: words.headline, line: words.line)
    var response = try services.templates.page("message", view, status: status)
    for field in headers { response.headers.append(field) }
    return response
  }

  private struct ErrorBody: Encodable, Sendable {
    struct Error: Encodable, Sendable { let message: String }
    let error: Error
  }
}

/// A page with one thing to say and one way on.
struct MessageView: Sendable {
  let frame: PageFrame
  let headline: String
  let line: String
  var action = "Go to Today"
  var target = "/"
}

/// The words for a status.
private struct ErrorWords {
  let headline: String
  let line: String

  init(_ status: HTTPResponse.Status, _ message: String?) {
    let known: (String, String) =
      switch status.code {
      case 400: ("This could not be read", "The request is not one that this page makes.")
      case 401: ("Signed out", "You were signed out. Your draft is kept on this phone.")
      case 403: ("Not yours", "This belongs to someone else. Ask a manager.")
      case 404: ("Not here", "This page is not here.")
      case 409: ("Changed elsewhere", "This was changed elsewhere. Load the page again.")
      case 413: ("Too large", "Too large.")
      case 421: ("Wrong address", "FieldOS does not answer under this name.")
      case 429: ("Too many tries", "Too many tries. Wait 30 s.")
      case 503: ("Not now", "The disk can't take it now. Nothing was changed. Try again in a moment.")
      default: ("Not done", "The server did not do this.")
      }
    headline = known.0
    line = message ?? known.1
  }
}
