import CKernels
import Dispatch
import Foundation

/// The kernels that fit this CPU and the number of threads that may use them.
struct Compute: Sendable {
  let kernels: ck_kernels
  let threads: Int

  /// - Parameters:
  ///   - threads: 1 or more; values below 1 mean all cores.
  ///   - kernel: a variant's name, or nil for the fastest that this CPU runs.
  init(threads: Int, kernel: String? = nil) throws(ModelError) {
    if let kernel {
      guard let table = ck_kernels_named(kernel) else {
        throw .kernelUnavailable(name: kernel, available: KernelVariant.available)
      }
      kernels = table.pointee
    } else {
      kernels = ck_kernels_best().pointee
    }
    self.threads = threads > 0 ? min(threads, Self.mostThreads) : max(1, KernelVariant.cores)
  }

  private static let mostThreads = 1024

  /// Runs `body` for disjoint, nearly equal ranges that cover 0..<count, on up to `threads` threads; range borders are
  /// multiples of `granularity`. Returns when all are done.
  func parallel(_ count: Int, granularity: Int = 1, _ body: @Sendable (Range<Int>) -> Void) {
    let units = (count + granularity - 1) / granularity
    let parts = min(threads, units)
    if parts <= 1 {
      if count > 0 { body(0..<count) }
      return
    }
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let low = units * part / parts * granularity
      let high = min(count, units * (part + 1) / parts * granularity)
      if low < high { body(low..<high) }
    }
  }
}

/// What the CPU offers, for people who ask (`fieldos doctor`) and for tests.
public enum KernelVariant {
  /// Names of the kernel sets that this CPU runs, best first: `avx2`, `scalar`.
  public static var available: [String] {
    var names: [String] = []
    var next = ck_kernels_available()
    while let name = next?.pointee {
      names.append(String(cString: name))
      next = next?.advanced(by: 1)
    }
    return names
  }

  /// Cores that the operating system reports as online.
  public static var cores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}

/// A raw pointer that a parallel loop may share: its writers keep to disjoint parts.
struct Shared<Pointee>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Pointee>
  init(_ pointer: UnsafeMutablePointer<Pointee>) { self.pointer = pointer }
}

/// The same for pointers that are only read.
struct SharedConst<Pointee>: @unchecked Sendable {
  let pointer: UnsafePointer<Pointee>
  init(_ pointer: UnsafePointer<Pointee>) { self.pointer = pointer }
}
