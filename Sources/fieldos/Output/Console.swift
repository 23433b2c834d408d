import Foundation
import Synchronization

/// The two streams that commands write to, a whole line at a time.
enum Console {
  private static let lock = Mutex(())

  /// The error number of the first write to standard output that failed; a reader that went away doesn't count.
  private static let failure = Mutex<Int32?>(nil)

  static func line(_ text: String = "") { raw(text + "\n") }
  static func error(_ text: String) { rawError(text + "\n") }

  static func raw(_ text: String) {
    let code = write(text, to: STDOUT_FILENO)
    if code != 0, code != EPIPE { failure.withLock { $0 = $0 ?? code } }
  }

  static func rawError(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Why results did not reach standard output, nil when they did.
  static var outputFailure: String? { failure.withLock { $0 }.map { String(cString: strerror($0)) } }

  /// Progress bars only where a person looks.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Width of the terminal that shows standard output, nil where none does.
  static var columns: Int? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// - Returns: 0, or the error number.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    lock.withLock { _ in
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno != EINTR { return errno }
        bytes = bytes.dropFirst(max(0, count))
      }
      return 0
    }
  }
}
