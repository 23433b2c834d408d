import Domain
import Foundation
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOSSL
public import ServiceLifecycle
import Serving
public import Storage
import Transcription

/// Serves the `/v1` of OpenAI's audio API.
public struct SpeechServer: Service {
  private let services: SpeechServices
  private let tls: TLSConfiguration?
  private let logger: Logger
  private let onListening: @Sendable (Int) async -> Void

  /// - Parameter onListening: told the port, once it listens.
  /// - Throws: ``SpeechServerError`` where uploads can't be put down, ``TLSFault`` where a file of TLS is wrong.
  public init(
    store: FieldStore, configuration: SpeechServerConfiguration,
    logger: Logger = Logger(label: "fieldos.speech", factory: { _ in SwiftLogNoOpLogHandler() }),
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) throws {
    tls = try configuration.tls?.configuration(now: WallClock.system.now())
    services = try SpeechServices(store: store, configuration: configuration)
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until the task is cancelled or a graceful shutdown begins. Runs once.
  /// - Throws: ``SpeechServerError`` where it can't listen, and where the engine can't work.
  public func run() async throws {
    let (listening, listens) = AsyncStream.makeStream(of: Void.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in listening {}  // an engine for a port that is taken would be a waste
        if let reason = await services.desk.run() { throw SpeechServerError.engine(reason: reason) }
      }
      group.addTask { try await serve(listens) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func serve(_ listens: AsyncStream<Void>.Continuation) async throws {
    let configuration = services.configuration
    let router = Router(context: SpeechContext.self)
    router.add(middleware: APIErrors<SpeechContext>())
    addSpeechRoutes(to: router, services)
    let application = Application(
      router: router, server: try ServerRules.server(Self.limits, tls),
      configuration: .init(
        address: .hostname(configuration.host, port: configuration.port), serverName: "FieldOS",
        availableConnectionsDelegate: MaximumAvailableConnections(ServerRules.mostConnections, logger: logger)),
      onServerRunning: { [onListening] channel in
        await onListening(channel.localAddress?.port ?? configuration.port)
        listens.finish()
      },
      logger: logger)
    do {
      try await application.run()
    } catch {
      if !Task.isCancelled { throw translate(error) }
    }
  }

  /// Forms keep to a limit of their own, and say so: what comes behind that answer is read for a while, and dropped.
  private static let limits = {
    var limits = BodyGuard.Limits(bytes: .max)
    limits.patience = .seconds(15)
    limits.headPatience = .seconds(15)
    return limits
  }()

  private func translate(_ error: any Error) -> any Error {
    let (host, port) = (services.configuration.host, services.configuration.port)
    return switch ListenFailure(error) {
    case .portTaken: SpeechServerError.portTaken(host: host, port: port)
    case .other(let reason): SpeechServerError.cannotListen(host: host, port: port, reason: reason)
    case nil: error
    }
  }
}
