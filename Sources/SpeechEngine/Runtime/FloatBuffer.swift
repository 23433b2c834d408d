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
    storage = .allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    base = storage.bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { base.update(from: first, count: values.count) }
    }
  }

  deinit { storage.deallocate() }
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
    storage = .allocate(byteCount: max(count, 1), alignment: 64)
    base = storage.bindMemory(to: Int8.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { storage.deallocate() }
}
