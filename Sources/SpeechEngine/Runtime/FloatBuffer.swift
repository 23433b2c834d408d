import Foundation

/// A fixed block of floats outside the heap of Swift arrays, so that kernels read and write it without copies.
///
/// `@unchecked Sendable`: the owner decides. Weights are written once while loading and only read afterwards; scratch
/// belongs to one decoding at a time, and parallel loops write disjoint parts.
final class FloatBuffer: @unchecked Sendable {
  let count: Int
  let base: UnsafeMutablePointer<Float>
  private let storage: UnsafeMutableRawPointer

  /// Zeroed, aligned to a cache line.
  init(count: Int) {
    self.count = count
    storage = ZeroedPages.allocate(max(count, 1) * MemoryLayout<Float>.stride)
    base = ZeroedPages.aligned(storage).bindMemory(to: Float.self, capacity: max(count, 1))
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { base.update(from: first, count: values.count) }
    }
  }

  deinit { free(storage) }
}

/// The same for bytes: packed int8 weights and quantised activations.
///
/// `@unchecked Sendable` under the same rule as `FloatBuffer`.
final class ByteBuffer: @unchecked Sendable {
  let count: Int
  let base: UnsafeMutablePointer<Int8>
  private let storage: UnsafeMutableRawPointer

  init(count: Int) {
    self.count = count
    storage = ZeroedPages.allocate(max(count, 1))
    base = ZeroedPages.aligned(storage).bindMemory(to: Int8.self, capacity: max(count, 1))
  }

  deinit { free(storage) }
}

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
