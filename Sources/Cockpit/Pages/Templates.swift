import Foundation
import Hummingbird
import Mustache

/// The pages' templates, parsed once. What a page shows goes in escaped; nothing is ever put in as HTML but what the
/// templates themselves hold.
struct Templates: Sendable {
  private let library: MustacheLibrary

  /// - Throws: ``CockpitError`` where a template is missing or can't be parsed.
  init(folder: URL) throws {
    var library = MustacheLibrary()
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    for file in files where file.hasSuffix(".mustache") {
      do {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        try library.register(text, named: String(file.dropLast(".mustache".count)))
      } catch {
        throw CockpitError.resource("Views/\(file): \(error)")
      }
    }
    guard library.getTemplate(named: "layout") != nil else { throw CockpitError.resource("Views/layout.mustache") }
    self.library = library
  }

  /// - Parameters:
  ///   - name: path below `Views/`, without the suffix.
  ///   - view: a structure whose properties the template names.
  func page(_ name: String, _ view: some Sendable, status: HTTPResponse.Status = .ok) throws -> Response {
    guard let html = library.render(PageObject.plain(view) ?? [:], withTemplate: name) else {
      throw CockpitError.resource("Views/\(name)")
    }
    return Response(
      status: status,
      headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
      body: .init(byteBuffer: .init(string: html)))
  }
}
