import Dispatch
import Foundation
import Storage
import Synchronization

/// An fsync on another thread, so that the caller can work meanwhile. Where no thread was free for it until the caller
/// asks, the caller does it itself: nobody waits for a turn on a busy machine.
final class BackgroundSync: Sendable {
  private let descriptor: Int32
  private let path: String
  private let isOwn: Bool
  private let isTaken = Atomic(false)
  private let done = DispatchSemaphore(value: 0)
  private let failure = Atomic<Int32>(0)

  /// - Parameter descriptor: must stay open until ``finish()`` has returned.
  init(_ descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
    isOwn = false
    begin()
  }

  /// Puts a folder's names on disk.
  init(folder: URL) throws {
    path = folder.path
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: path) }
    isOwn = true
    begin()
  }

  deinit {
    if isOwn { close(descriptor) }
  }

  /// Returns when it is on disk; may be called more than once.
  func finish() throws {
    take()
    done.wait()
    done.signal()
    let code = failure.load(ordering: .acquiring)
    guard code == 0 else { throw StorageError(errno: code, path: path) }
  }

  private func begin() {
    DispatchQueue.global(qos: .userInitiated).async { self.take() }
  }

  private func take() {
    guard !isTaken.exchange(true, ordering: .acquiringAndReleasing) else { return }
    if fsync(descriptor) != 0 { failure.store(errno, ordering: .releasing) }
    done.signal()
  }
}
