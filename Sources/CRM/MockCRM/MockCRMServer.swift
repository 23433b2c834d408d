import Foundation
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// A CRM for demos, drills and tests: takes pushes over real HTTP, fails first where it is told to, keeps what it took
/// in memory until it stops, and takes each idempotency key once.
///
/// | request | answer |
/// |---|---|
/// | POST /crm/push | 503 for the first `failures` requests, then 200 `{"status":"ok","received":<body>}` |
/// | the same, its signature asked for and wrong | 401 |
/// | GET /crm/records | 200, a list of `{"idempotency_key","received_at","payload"}` |
/// | GET /crm/counts | 200, ``MockCRMCounts`` |
/// | anything else | 404 |
public struct MockCRMServer: Service {
  private let host: String
  private let requestedPort: Int
  private let logger: Logger
  private let recorder: MockCRMRecorder
  private let signer: WebhookSigner?
  private let boundPort = BoundPort()

  /// - Parameters:
  ///   - port: 0 lets the system choose, see ``port``.
  ///   - failures: how many pushes are refused with 503 before the first is taken.
  ///   - signer: verifies every push; nil takes unsigned ones.
  ///   - logger: for the server's own troubles; says nothing by default.
  public init(
    host: String = "127.0.0.1", port: Int = 8787, failures: Int = 0, signer: WebhookSigner? = nil,
    logger: Logger = Logger(label: "fieldos.mock-crm", factory: { _ in SwiftLogNoOpLogHandler() })
  ) {
    self.host = host
    self.requestedPort = port
    self.logger = logger
    self.recorder = MockCRMRecorder(failures: failures)
    self.signer = signer
  }

  /// The port that it listens on, as soon as it does; throws what kept it from listening.
  public var port: Int {
    get async throws { try await boundPort.value() }
  }

  /// What it took so far, in order.
  public var records: [MockCRMRecord] {
    get async { await recorder.records }
  }

  /// How often what came so far.
  public var counts: MockCRMCounts {
    get async { await recorder.counts }
  }

  /// Serves until the task is cancelled or a graceful shutdown begins. Runs once.
  /// - Throws: ``MockCRMError``.
  public func run() async throws {
    let application = Application(
      router: MockCRMRoutes.router(recorder, signer: signer),
      configuration: .init(address: .hostname(host, port: requestedPort), serverName: "fieldos-mock-crm"),
      onServerRunning: { [boundPort] channel in
        await boundPort.settle(Result { try channel.localPort() })
      },
      logger: logger)
    do {
      try await application.run()
      await boundPort.settle(.failure(MockCRMError.notRunning))
    } catch {
      let failure = translate(error)
      await boundPort.settle(.failure(failure))
      if !Task.isCancelled { throw failure }
    }
  }

  private func translate(_ error: any Error) -> any Error {
    if error is SocketAddressError {
      return MockCRMError.cannotListen(host: host, port: requestedPort, reason: "no such address")
    }
    guard let failure = error as? IOError else { return error }
    if failure.errnoCode == EADDRINUSE { return MockCRMError.portTaken(host: host, port: requestedPort) }
    let reason = String(cString: strerror(failure.errnoCode))
    return MockCRMError.cannotListen(host: host, port: requestedPort, reason: reason)
  }
}

extension Channel {
  fileprivate func localPort() throws -> Int {
    guard let port = localAddress?.port else { throw MockCRMError.notRunning }
    return port
  }
}
