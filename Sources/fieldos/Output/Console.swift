import Foundation
import Synchronization

/// The two streams that commands write to, a whole line at a time.
enum Console {
  private static let lock = Mutex(())

  static func line(_ text: String = "") { write(text + "\n", to: FileHandle.standardOutput) }
  static func error(_ text: String) { write(text + "\n", to: FileHandle.standardError) }
  static func raw(_ text: String) { write(text, to: FileHandle.standardOutput) }
  static func rawError(_ text: String) { write(text, to: FileHandle.standardError) }

  /// Progress bars and colours only where a person looks.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// A reader that went away (`fieldos … | head`) is no reason to fail.
  private static func write(_ text: String, to handle: FileHandle) {
    lock.withLock { _ in try? handle.write(contentsOf: Data(text.utf8)) }
  }
}
