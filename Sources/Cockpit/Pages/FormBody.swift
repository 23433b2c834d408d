import Foundation
import Hummingbird
import NIOCore

/// The body of a posted form or of a script's JSON, bounded.
enum FormBody {
  /// - Parameter limit: most bytes, 64 KiB by default.
  /// - Throws: 413 beyond the limit, 400 where it can't be read.
  static func decode<Body: Decodable>(
    _ type: Body.Type, from request: Request, limit: Int = 65_536
  ) async throws -> Body {
    let bytes: ByteBuffer
    do {
      bytes = try await request.body.collect(upTo: limit)
    } catch {
      throw HTTPError(.contentTooLarge)
    }
    do {
      if request.headers[.contentType]?.hasPrefix("application/json") == true {
        return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
      }
      return try URLEncodedFormDecoder().decode(type, from: String(buffer: bytes))
    } catch {
      throw HTTPError(.badRequest, message: "The form can't be read. Load the page again.")
    }
  }
}

/// A path of this site to go back to.
enum LocalPath {
  /// The path where it can only lead to a page of ours, else "/".
  static func checked(_ path: String?) -> String {
    guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), !path.hasPrefix("/\\"),
      path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x5c })
    else { return "/" }
    return path
  }
}
