import Foundation
import Synchronization

/// Files that pages are made of, read again when they change and made anew then only.
final class ReferenceShelf<Content: Sendable>: Sendable {
  enum Found: Sendable {
    case content(Content, changedAt: Date)
    case missing
    case unreadable(reason: String)
  }

  private struct Kept: Sendable {
    let changedAt: Date
    let size: Int
    let content: Content
  }

  private let kept = Mutex<[URL: Kept]>([:])
  private let maxBytes: Int
  private let make: @Sendable (Data) throws -> Content

  /// - Parameters:
  ///   - maxBytes: larger files are refused.
  ///   - make: called once for every state of a file.
  init(maxBytes: Int, make: @escaping @Sendable (Data) throws -> Content) {
    self.maxBytes = maxBytes
    self.make = make
  }

  func find(_ file: URL) -> Found {
    guard FileManager.default.fileExists(atPath: file.path) else { return .missing }
    // A URL remembers what it was asked; this one is new.
    let values = try? URL(filePath: file.path).resourceValues(
      forKeys: [.isRegularFileKey, .fileSizeKey, .contentModificationDateKey])
    guard let values, values.isRegularFile == true, let size = values.fileSize,
      let changedAt = values.contentModificationDate
    else { return .unreadable(reason: "it is no file") }
    guard size <= maxBytes else { return .unreadable(reason: "it is larger than \(maxBytes / 1_024) KiB") }
    if let known = kept.withLock({ $0[file] }), known.changedAt == changedAt, known.size == size {
      return .content(known.content, changedAt: changedAt)
    }
    guard let data = try? Data(contentsOf: file), data.count <= maxBytes else {
      return .unreadable(reason: "check its permissions")
    }
    do {
      let content = try make(data)
      kept.withLock { $0[file] = Kept(changedAt: changedAt, size: size, content: content) }
      return .content(content, changedAt: changedAt)
    } catch {
      return .unreadable(reason: "it is not what it should be")
    }
  }
}
