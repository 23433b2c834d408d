import Domain
import HTTPTypes
import Hummingbird
import Logging
import Storage

/// Gives every answer a number, and turns what was thrown into OpenAI's errors. Nothing of what went wrong inside is told
/// but that number, which the log holds too.
struct APIErrors<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let id = "req_" + RandomHex.make(bytes: 12)
    var response: Response
    do {
      response = try await next(request, context)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      response = refusal(error, request, id, context.logger).response
    }
    if response.headers[.requestID] == nil { response.headers[.requestID] = id }
    return response
  }

  private func refusal(_ error: any Error, _ request: Request, _ id: String, _ logger: Logger) -> APIError {
    switch error {
    case let error as APIError: return error
    case let error as HTTPError where error.status == .notFound:
      return APIError(
        .notFound, "Unknown request URL: \(request.method) \(request.uri.path). See /v1/openapi.json.",
        code: "unknown_url")
    case let error as any HTTPResponseError where error.status.code < 500:
      return APIError(error.status, error.status.reasonPhrase)
    case StorageError.busy, StorageError.diskFull: return .notReady(retryAfter: 2)
    default:
      logger.error("request failed", metadata: ["id": "\(id)", "error": "\(error)"])
      return .server("Something broke on our side. The log has more under \(id).")
    }
  }
}
