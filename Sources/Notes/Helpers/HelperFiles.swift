public import Foundation
import Storage
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

  private struct Kept {
    let stamp: GivenFile.Stamp
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
    do throws(GivenFileError) {
      let file = try GivenFile(folder.appending(path: name))
      if let known = kept.withLock({ $0[name] }), known.stamp == file.stamp { return known.content }
      let content = Self.content(try file.read(limit: Self.limit), name)
      kept.withLock { $0[name] = Kept(stamp: file.stamp, content: content) }
      return content
    } catch {
      switch error {
      case .missing: return .missing
      case .tooLarge(let limit): return .trouble(.tooLarge(file: name, limit: limit))
      case .link, .notRegular, .unreadable: return .trouble(.unreadable(file: name))
      }
    }
  }

  private static func content(_ data: Data, _ name: String) -> Content {
    guard let tree = try? JSONDecoder().decode(JSONTree.self, from: data), case .object(let object) = tree else {
      return .trouble(.damaged(file: name))
    }
    return .object(object)
  }
}
