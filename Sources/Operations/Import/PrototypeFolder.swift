public import Foundation

/// A prototype's data folder, read with care: only regular files that lie in it, none larger than its kind can be.
public struct PrototypeFolder: Sendable {
  /// Most recordings that are looked at.
  static let maxClips = 100_000
  static let audioFolder = "audio_cache"

  public let url: URL

  /// - Parameter own: this installation's data folder; importing it into itself is refused.
  /// - Throws: ``OperationsError/importRefused(path:reason:)``.
  public init(_ url: URL, own: URL) throws(OperationsError) {
    var status = stat()
    guard stat(url.path, &status) == 0 else { throw .importRefused(path: url.path, reason: .missing) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .importRefused(path: url.path, reason: .notAFolder) }
    self.url = url.resolvingSymlinksInPath()
    if self.url.path == own.resolvingSymlinksInPath().path {
      throw .importRefused(path: url.path, reason: .ownDataFolder)
    }
  }

  /// The content of a file.
  /// - Returns: nil where there is no such file.
  /// - Throws: ``OperationsError/importRefused(path:reason:)``.
  func read(_ name: String, maxBytes: Int) throws(OperationsError) -> Data? {
    let file = url.appending(path: name)
    let descriptor = open(file.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      let reason: ImportRefusal = errno == ELOOP ? .link : .unreadable(reason: String(cString: strerror(errno)))
      throw .importRefused(path: file.path, reason: reason)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .importRefused(path: file.path, reason: .notARegularFile)
    }
    guard status.st_size <= maxBytes else {
      throw .importRefused(path: file.path, reason: .tooLarge(limit: maxBytes))
    }
    return try Self.read(descriptor, maxBytes: maxBytes, path: file.path)
  }

  /// The recordings, oldest name first, and what looks like one and is not taken.
  public func clips() -> (files: [URL], refused: [OperationsError]) {
    let folder = url.appending(path: Self.audioFolder)
    if Self.kind(of: folder) == S_IFLNK { return ([], [.importRefused(path: folder.path, reason: .link)]) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let clips = names.filter { $0.hasPrefix("clip_") && !$0.hasSuffix(".tmp") }.sorted()
    var refused: [OperationsError] = []
    if clips.count > Self.maxClips {
      refused.append(.importRefused(path: folder.path, reason: .tooMany(limit: Self.maxClips)))
    }
    let files = clips.prefix(Self.maxClips).map { folder.appending(path: $0) }.filter { file in
      switch Self.kind(of: file) {
      case S_IFREG: return true
      case S_IFLNK: refused.append(.importRefused(path: file.path, reason: .link))
      default: refused.append(.importRefused(path: file.path, reason: .notARegularFile))
      }
      return false
    }
    return (files, refused)
  }

  private static func kind(of file: URL) -> mode_t {
    var status = stat()
    return lstat(file.path, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  /// Reads to the end, which a file that grows meanwhile may move.
  private static func read(_ descriptor: Int32, maxBytes: Int, path: String) throws(OperationsError) -> Data {
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw .importRefused(path: path, reason: .unreadable(reason: String(cString: strerror(errno))))
      }
      if count == 0 { return data }
      data += buffer.prefix(count)
      guard data.count <= maxBytes else { throw .importRefused(path: path, reason: .tooLarge(limit: maxBytes)) }
    }
  }
}
