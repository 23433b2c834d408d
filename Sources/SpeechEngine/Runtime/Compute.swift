import CKernels
import Foundation

/// The kernels that fit this CPU and the number of threads that may use them.
struct Compute: Sendable {
  let kernels: ck_kernels
  let threads: Int
  private let pool: WorkerPool

  /// - Parameters:
  ///   - threads: 1 or more; values below 1 mean all cores (`KernelVariant.cores`).
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
    self.threads = threads > 0 ? min(threads, Self.mostThreads) : KernelVariant.cores
    pool = WorkerPool(threads: self.threads)
  }

  private static let mostThreads = 1024

  /// Runs `body` for disjoint, nearly equal ranges that cover 0..<count; range borders are multiples of `granularity`.
  /// Returns when all are done.
  /// - Parameter bytes: what all of it reads; little is cut into no more parts than there are threads.
  func parallel(_ count: Int, granularity: Int = 1, bytes: Int = .max, _ body: (Range<Int>) -> Void) {
    let units = (count + granularity - 1) / granularity
    let wanted = min(threads * Self.partsPerThread, max(threads, bytes / Self.leastBytes))
    let parts = min(threads == 1 ? 1 : wanted, units)
    pool.run(parts) { part, _ in
      let low = units * part / parts * granularity
      let high = min(count, units * (part + 1) / parts * granularity)
      if low < high { body(low..<high) }
    }
  }

  /// Runs `body(task, worker)` for each task of 0..<count; a worker, below `threads`, has one task at a time.
  func tasks(_ count: Int, _ body: (_ task: Int, _ worker: Int) -> Void) { pool.run(count, body) }

  /// A thread that is held up leaves its share to the others.
  private static let partsPerThread = 3
  /// Of a part; at the border between two both read a little too much.
  private static let leastBytes = 128 * 1024
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

  /// Cores that this process may use: those that are online, or as many whole ones, at least one, as its control group's
  /// quota comes to.
  public static var cores: Int {
    CPUQuota.threads(cores: ProcessInfo.processInfo.activeProcessorCount, quota: CPUQuota.current)
  }
}
