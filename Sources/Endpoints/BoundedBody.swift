import AsyncHTTPClient
import Foundation
import NIOCore

/// Reads a reply's body up to a limit and a deadline. Whatever happens to the body, the status already is the answer,
/// so nothing here throws.
enum BoundedBody {
  static func read(
    _ body: HTTPClientResponse.Body, limit: Int, until deadline: ContinuousClock.Instant
  ) async -> (data: Data, isCut: Bool) {
    await withTaskGroup(of: (data: Data, isCut: Bool)?.self) { group in
      group.addTask { await collect(body, limit: limit) }
      group.addTask {
        try? await Task.sleep(until: deadline, clock: .continuous)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      // Where the deadline won, the cancelled reader still hands over what it has.
      let rest = await group.next() ?? nil
      return first ?? rest ?? (Data(), true)
    }
  }

  private static func collect(_ body: HTTPClientResponse.Body, limit: Int) async -> (data: Data, isCut: Bool) {
    var data = Data()
    do {
      for try await chunk in body {
        data.append(Data(chunk.readableBytesView).prefix(limit - data.count))
        if data.count >= limit { return (data, true) }
      }
      return (data, false)
    } catch {
      return (data, true)
    }
  }
}
