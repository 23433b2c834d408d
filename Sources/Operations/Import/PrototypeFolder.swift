public import Foundation
import Storage

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
    do throws(GivenFileError) {
      return try GivenFile(file, followsLinks: false).read(limit: maxBytes)
    } catch {
      let reason: ImportRefusal
      switch error {
      case .missing: return nil
      case .link: reason = .link
      case .notRegular: reason = .notARegularFile
      case .tooLarge(let limit): reason = .tooLarge(limit: limit)
      case .unreadable(let why): reason = .unreadable(reason: why)
      }
      throw .importRefused(path: file.path, reason: reason)
    }
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
}
