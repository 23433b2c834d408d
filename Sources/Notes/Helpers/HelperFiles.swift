public import Foundation
import Synchronization

/// What is wrong with a helper's file. Facts only; the words for people are the caller's.
public enum HelperTrouble: Error, Equatable, Sendable {
  /// There, and cannot be read, or is no plain file.
  case unreadable(file: String)
  case tooLarge(file: String, limit: Int)
  /// Not JSON, or not an object of the form that the file has.
  case damaged(file: String)
  /// So many of its values are of the wrong type or beyond a limit, and were left out.
  case skipped(file: String, count: Int)
}

/// What a helper's file says, with what is wrong with it.
public struct HelperReading<Value: Sendable>: Sendable {
  public let value: Value
  /// nil where nothing is wrong; a file that is not there is nothing wrong.
  public let trouble: HelperTrouble?

  public init(_ value: Value, trouble: HelperTrouble? = nil) {
    self.value = value
    self.trouble = trouble
  }
}

/// The files that helpers read from the data folder: `playbooks.json`, `pricing.json`, `contact_intel.json`. Each is read
/// again when it has changed.
public final class HelperFiles: Sendable {
  /// Most bytes of one file: 2 MiB.
  public static let limit = 2_097_152

  private struct Stamp: Equatable {
    let size: Int
    let changed: Int64
    let inode: UInt64
  }
  private struct Kept {
    let stamp: Stamp
    let content: Content
  }
  enum Content: Sendable {
    case missing
    case object([String: JSONTree])
    case trouble(HelperTrouble)
  }

  private let folder: URL
  private let kept = Mutex<[String: Kept]>([:])

  public init(folder: URL) { self.folder = folder }

  /// The file's outermost object.
  func content(_ name: String) -> Content {
    let path = folder.appending(path: name).path
    // Not to wait for a writer: a fifo in its place would never be one.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return errno == ENOENT ? .missing : .trouble(.unreadable(file: name)) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      return .trouble(.unreadable(file: name))
    }
    let stamp = Self.stamp(facts)
    if let known = kept.withLock({ $0[name] }), known.stamp == stamp { return known.content }
    let content = Self.read(file, name)
    kept.withLock { $0[name] = Kept(stamp: stamp, content: content) }
    return content
  }

  private static func stamp(_ facts: stat) -> Stamp {
    #if os(Linux)
      let time = facts.st_mtim
    #else
      let time = facts.st_mtimespec
    #endif
    return Stamp(
      size: Int(facts.st_size), changed: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec),
      inode: UInt64(facts.st_ino))
  }

  private static func read(_ file: FileHandle, _ name: String) -> Content {
    guard let data = try? file.read(upToCount: limit + 1) ?? Data() else { return .trouble(.unreadable(file: name)) }
    if data.count > limit { return .trouble(.tooLarge(file: name, limit: limit)) }
    guard let tree = try? JSONDecoder().decode(JSONTree.self, from: data), case .object(let object) = tree else {
      return .trouble(.damaged(file: name))
    }
    return .object(object)
  }
}
