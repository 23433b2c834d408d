import Foundation

/// Packed files on their way to the disk while their model is at work already: syncing a file takes longer than a short
/// recording. The process waits for them when it ends.
enum PackedKeeping {
  private static let queue = DispatchQueue(label: "fieldos.packed", qos: .utility)
  private static let group = DispatchGroup()
  private static let atEnd: Void = { _ = atexit { PackedKeeping.finish() } }()

  static func begin(_ work: @escaping @Sendable () -> Void) {
    _ = atEnd
    queue.async(group: group, execute: work)
  }

  /// Waits until nothing is on its way, half a minute at most: a disk that hangs keeps no process alive.
  static func finish() {
    _ = group.wait(timeout: .now() + 30)
  }
}
