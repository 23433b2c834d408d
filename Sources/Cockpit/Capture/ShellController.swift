import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird

/// What makes the app open without a network: its service worker, which knows every asset by a version.
struct ShellController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("sw.js", use: script)
    routes.get("api/session", use: session)
  }

  /// The browser compares it byte by byte: another version is another worker.
  @Sendable private func script(_ request: Request, context: CockpitContext) async throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/javascript; charset=utf-8", .cacheControl: "no-cache"],
      body: .init(byteBuffer: .init(string: services.shell.worker)))
  }

  private struct Session: Encodable {
    let owner: String
    let csrf: String
  }

  /// GET /api/session: for a page that was kept on a phone, whether it is still that person's, and the token of now.
  @Sendable private func session(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    return try .json(Session(owner: identity.ownerID.rawValue, csrf: context.csrf))
  }
}

/// The files of the app's shell.
package struct ShellAssets: Sendable {
  private static let folders = ["css/", "js/", "icons/"]
  /// Paths as browsers ask for them, sorted.
  let paths: [String]
  /// 16 hex digits that change with any of them.
  let version: String
  /// The worker's script with the list of what it keeps.
  let worker: String

  init(folder: URL) throws {
    let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let files = all.filter { file in Self.folders.contains { file.hasPrefix($0) } && file.contains(".") }.sorted()
    var hash = SHA256()
    let source: String
    do {
      for file in files + ["sw.js"] {
        hash.update(data: Data(file.utf8))
        hash.update(data: try Data(contentsOf: folder.appending(path: file)))
      }
      source = try String(contentsOf: folder.appending(path: "sw.js"), encoding: .utf8)
    } catch {
      throw CockpitError.resource("Public: \(error)")
    }
    paths = files.map { "/" + $0 }
    let version = hash.finalize().prefix(8).hex
    self.version = version
    let list = String(decoding: try JSONEncoder().encode(paths), as: UTF8.self).replacing("\\/", with: "/")
    worker = "const VERSION = \"\(version)\";\nconst ASSETS = \(list);\n" + source
  }
}

/// Says on every page whose it is, so that a phone never shows one person's pages to another.
struct PageOwner: RouterMiddleware {
  typealias Context = CockpitContext

  func handle(
    _ request: Request, context: CockpitContext, next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    let isPage = response.headers[.contentType]?.hasPrefix("text/html") == true
    if isPage, let identity = context.identity, let name = HTTPField.Name("X-FieldOS-Owner") {
      response.headers[name] = identity.ownerID.rawValue
    }
    return response
  }
}
