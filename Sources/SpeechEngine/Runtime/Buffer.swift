import Foundation

/// A fixed block of numbers outside the heap of Swift arrays, so that kernels read and write it without copies.
///
/// `@unchecked Sendable`: the owner decides. Weights are written once while loading and only read afterwards; scratch
/// belongs to one decoding at a time, and parallel loops write disjoint parts.
final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  let count: Int
  let base: UnsafeMutablePointer<Element>
  private let storage: UnsafeMutableRawPointer?
  /// Keeps alive what `base` points into.
  private let owner: AnyObject?

  /// Zeroed, aligned to a cache line.
  init(count: Int) {
    self.count = count
    let storage = ZeroedPages.allocate(max(count, 1) * MemoryLayout<Element>.stride)
    base = ZeroedPages.aligned(storage).bindMemory(to: Element.self, capacity: max(count, 1))
    self.storage = storage
    owner = nil
  }

  /// A part of `owner`'s memory, only to be read.
  init(_ part: UnsafeRawPointer, count: Int, of owner: AnyObject) {
    self.count = count
    base = UnsafeMutableRawPointer(mutating: part).bindMemory(to: Element.self, capacity: max(count, 1))
    storage = nil
    self.owner = owner
  }

  convenience init(_ values: [Element]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { base.update(from: first, count: values.count) }
    }
  }

  deinit { free(storage) }

  /// What is read seldom needs no memory in between: a part of a mapped file comes back from the system's copy of it.
  func release() {
    guard let owner = owner as? Mapping else { return }
    owner.release(UnsafeRawBufferPointer(start: base, count: count * MemoryLayout<Element>.stride))
  }
}

typealias FloatBuffer = Buffer<Float>
/// Packed int8 weights, and activations in whatever form the kernels keep them.
typealias ByteBuffer = Buffer<Int8>
typealias ShortBuffer = Buffer<Int16>

/// Memory that reads as zero and takes no page before it is written.
private enum ZeroedPages {
  private static let cacheLine = 64

  static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    guard let block = calloc(1, bytes + cacheLine) else { fatalError("out of memory: \(bytes) bytes") }
    return block
  }

  static func aligned(_ block: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    block.alignedUp(toMultipleOf: cacheLine)
  }
}
