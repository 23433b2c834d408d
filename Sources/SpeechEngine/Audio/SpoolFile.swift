import Foundation

/// A file for passing use that has no name: its room is given back when it is closed, even by a crash.
final class SpoolFile {
  private(set) var size = 0
  private let descriptor: Int32
  private let folder: URL
  private let url: URL
  private var isOpen = true

  /// - Parameters:
  ///   - folder: where the file takes its room.
  ///   - url: the recording it is for, named in errors.
  /// - Throws: `spoolFailed`.
  init(in folder: URL, for url: URL) throws(AudioError) {
    let name = folder.appending(path: ".fieldos-audio-\(UUID().uuidString)").path
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    self.folder = folder
    self.url = url
    guard descriptor >= 0 else { throw Self.failure(url, folder) }
    unlink(name)
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(AudioError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = write(descriptor, rest.baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw Self.failure(url, folder) }
      size += written
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }

  /// The same file for reading; nothing can be appended after this.
  func finish() -> OpenFile {
    isOpen = false
    return OpenFile(descriptor: descriptor, size: size, url: url)
  }

  deinit { if isOpen && descriptor >= 0 { close(descriptor) } }

  private static func failure(_ url: URL, _ folder: URL) -> AudioError {
    .spoolFailed(url, folder: folder, reason: String(cString: strerror(errno)))
  }
}
