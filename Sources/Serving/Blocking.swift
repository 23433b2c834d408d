import NIOPosix

/// Work that waits for the disk, kept off the threads that answer requests.
package enum Blocking {
  package static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await NIOThreadPool.singleton.runIfActive(work)
  }
}
