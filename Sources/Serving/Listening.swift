import Foundation
import NIOCore

/// Why a server can't listen, in a few words.
package enum ListenFailure: Error, Equatable, Sendable {
  /// Another program listens there.
  case portTaken
  /// Anything else.
  case other(reason: String)

  /// - Returns: nil where the error has another cause.
  package init?(_ error: any Error) {
    if error is SocketAddressError {
      self = .other(reason: "no such address")
    } else if let failure = error as? IOError {
      self = failure.errnoCode == EADDRINUSE ? .portTaken : .other(reason: String(cString: strerror(failure.errnoCode)))
    } else {
      return nil
    }
  }
}
