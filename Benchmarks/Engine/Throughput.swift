import CPeaks
import Dispatch
import Foundation

/// How much a kernel gets done when each thread repeats its own part without waiting for the others: what the kernel can do,
/// apart from how well threads are started and stopped.
enum Throughput {
  /// What one thread repeats, and how much that is.
  struct Part: Sendable {
    let amount: Double
    let run: @Sendable () -> Void
  }

  private static let seconds = 0.3

  /// Amount a second, of all parts together.
  static func measure(_ parts: [Part]) -> Double {
    let rates = Block<Double>(parts.count)
    DispatchQueue.concurrentPerform(iterations: parts.count) { index in
      let (clock, part) = (ContinuousClock(), parts[index])
      part.run()  // pages and caches
      var (runs, elapsed) = (0.0, 0.0)
      let start = clock.now
      repeat {
        part.run()
        runs += 1
        elapsed = (clock.now - start) / .seconds(1)
      } while elapsed < seconds
      rates[index] = part.amount * runs / elapsed
    }
    return (0..<parts.count).reduce(0) { $0 + rates[$1] }
  }
}

/// What the machine can do at most, on so many threads.
struct Peaks {
  let threads: Int
  let avx2Only: Bool

  private static let rounds = 100_000
  /// More than any cache.
  private static let memoryBytes = 256 << 20

  /// Operations a second; nil where the CPU has no instruction for it.
  func operations(_ kind: cp_arithmetic) -> Double? {
    let avx2Only = avx2Only
    guard cp_instruction(kind, avx2Only) != nil else { return nil }
    let once = cp_spin(kind, avx2Only, 1)
    let part = Throughput.Part(amount: once * Double(Self.rounds)) { _ = cp_spin(kind, avx2Only, Self.rounds) }
    return Throughput.measure(Array(repeating: part, count: threads))
  }

  func instruction(_ kind: cp_arithmetic) -> String {
    cp_instruction(kind, avx2Only).map { String(cString: $0) } ?? "none"
  }

  /// Bytes read a second.
  func memory() -> Double {
    let parts = (0..<threads).map { _ in
      let bytes = Self.memoryBytes / threads / 256 * 256
      let block = Block<UInt8>(bytes)
      block.fill { UInt8(truncatingIfNeeded: $0) }  // or all its pages would be the same one
      return Throughput.Part(amount: Double(bytes)) { _ = cp_read(block.base, bytes) }
    }
    return Throughput.measure(parts)
  }
}

/// A block of numbers, aligned to a cache line and zero.
///
/// `@unchecked Sendable`: filled before threads start; then each thread writes its own part.
final class Block<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  private let count: Int

  init(_ count: Int) {
    self.count = count
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memset(raw, 0, bytes)
    base = raw.bindMemory(to: Element.self, capacity: max(1, count))
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  subscript(index: Int) -> Element {
    get { base[index] }
    set { base[index] = newValue }
  }

  func fill(_ value: (Int) -> Element) {
    for index in 0..<count { base[index] = value(index) }
  }
}
