import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving

/// Lets a change pass only with the token that this session's pages carry: in the header, or in a form's field `csrf`,
/// which is an upload's first. A body is read for it and put back; what is no form needs the header, as does a form of
/// more than 64 KiB without a file.
struct FormTokens: RouterMiddleware {
  typealias Context = CockpitContext
  /// What people may post before they are signed in.
  private static let open: Set<String> = ["/signin", "/first", "/theme"]
  private static let largestForm = 65_536
  /// Most bytes of any body.
  let largestBody: Int

  func handle(
    _ request: Request, context: CockpitContext, next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    if request.isHarmless { return try await next(request, context) }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > largestBody {
      throw Refused(status: .contentTooLarge, message: nil, action: "request.too-large")
    }
    var request = request
    let shown = try await token(of: &request)
    if context.identity == nil, !Self.open.contains(request.uri.path) { throw HTTPError(.unauthorized) }
    guard let shown, Secrets.areEqual(shown, context.csrf) else {
      throw Refused(
        status: .forbidden, message: "This page is too old. Nothing was done. Load it again.",
        action: "request.no-token", headers: [.csrfToken: "stale"])
    }
    return try await next(request, context)
  }

  private func token(of request: inout Request) async throws -> String? {
    if let header = request.headers[.csrfToken] { return header }
    let type = request.headers[.contentType]?.lowercased() ?? ""
    if type.hasPrefix("multipart/form-data") { return try await MultipartToken.read(from: &request) }
    guard type.hasPrefix("application/x-www-form-urlencoded") else { return nil }
    let body: ByteBuffer
    do {
      body = try await request.collectBody(upTo: Self.largestForm)
    } catch is NIOTooManyBytesError {
      throw Refused(status: .contentTooLarge, message: nil, action: "request.too-large")
    }
    return Self.field("csrf", in: String(buffer: body))
  }

  /// The first field of this name.
  private static func field(_ name: String, in form: String) -> String? {
    for pair in form.split(separator: "&") where pair.hasPrefix(name + "=") {
      return String(pair.dropFirst(name.count + 1)).removingPercentEncoding
    }
    return nil
  }
}
