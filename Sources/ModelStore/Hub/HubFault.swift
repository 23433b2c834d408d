import Endpoints
import Foundation

/// A failure that may pass: another attempt is worth making.
struct HubFault: Error {
  let reason: String
  let host: String
  /// How long the server wants to be left alone; nil: it doesn't say.
  var wait: Duration?
  /// No connection was made at all.
  var isUnreachable = false

  /// What a status means that is not the one hoped for.
  static func status(_ answer: HTTPStream, repository: String) -> any Error {
    let status = answer.status
    guard [408, 425, 429].contains(status) || status >= 500 else {
      return ModelStoreError.refused(repository: repository, status: status, host: answer.host)
    }
    var fault = HubFault(reason: "\(answer.host) answered \(status)", host: answer.host)
    if let seconds = RetryAfter.seconds(answer.headers["retry-after"], now: Date()) {
      fault.wait = .seconds(min(seconds, 1_000_000))
    }
    return fault
  }

  static func transport(_ error: EndpointError) -> any Error {
    switch error {
    case .redirectRefused(let host, let reason): ModelStoreError.redirectRefused(host: host, reason: reason)
    case .invalidURL(let reason): ModelStoreError.badAnswer(host: "the address", reason: reason)
    case .unreachable(let host, let reason):
      HubFault(reason: "no connection to \(host): \(reason)", host: host, isUnreachable: true)
    case .timedOut(let seconds): HubFault(reason: "no byte for \(seconds.formatted()) s", host: "")
    case .connectionLost(let host, _): HubFault(reason: "\(host) broke the connection", host: host)
    case .shutDown: CancellationError()
    }
  }
}

/// Tries again while that may help, with growing pauses.
struct Persistence: Sendable {
  let configuration: PullConfiguration
  let report: @Sendable (PullEvent) -> Void
  /// New bytes that count as progress: attempts are counted from there again.
  private static let progress = 1 << 20

  /// - Parameters:
  ///   - what: what is tried, for people.
  ///   - bytes: how far it is; an attempt that added a MiB was worth it.
  /// - Throws: ``ModelStoreError/gaveUp(what:reason:attempts:)``, ``ModelStoreError/askedToWait(host:seconds:)``, or what
  ///   `act` throws apart from ``HubFault``.
  func run<Result>(
    _ what: String, bytes: () -> Int = { 0 }, _ act: () async throws -> Result
  ) async throws -> Result {
    var failures = 0
    while true {
      let before = bytes()
      do {
        return try await act()
      } catch let fault as HubFault {
        if bytes() >= before + Self.progress { failures = 0 }
        failures += 1
        // A machine without a network is told so soon, one whose network comes and goes is not given up.
        let limit = fault.isUnreachable && bytes() == 0 ? min(1, configuration.retries) : configuration.retries
        guard failures <= limit else {
          throw ModelStoreError.gaveUp(what: what, reason: fault.reason, attempts: failures)
        }
        try await wait(after: fault, failures, what)
      }
    }
  }

  private func wait(after fault: HubFault, _ failures: Int, _ what: String) async throws {
    let asked = fault.wait ?? .zero
    guard asked <= configuration.longestWait else {
      throw ModelStoreError.askedToWait(host: fault.host, seconds: Int(asked / .seconds(1)))
    }
    let pause = max(asked, configuration.backOff * (1 << min(6, failures - 1)))
    report(.retrying(what: what, reason: fault.reason, afterSeconds: pause / .seconds(1)))
    try await configuration.pause(pause)
  }
}
