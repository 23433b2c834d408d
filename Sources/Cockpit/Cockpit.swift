import Foundation
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle
public import Storage

/// The web app: pages, their assets, the live stream, recordings that come up in chunks.
public struct Cockpit: Service {
  private let services: CockpitServices
  private let logger: Logger
  private let onListening: @Sendable (Int) async -> Void

  /// - Parameters:
  ///   - onListening: told the port once it listens.
  /// - Throws: ``CockpitError`` where a file that ships with the program is missing.
  public init(
    store: FieldStore, configuration: CockpitConfiguration,
    logger: Logger = Logger(label: "fieldos.cockpit", factory: { _ in SwiftLogNoOpLogHandler() }),
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) throws {
    services = try CockpitServices(store: store, configuration: configuration)
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until the task is cancelled or a graceful shutdown begins. Runs once.
  /// - Throws: ``CockpitError`` where it can't listen.
  public func run() async throws {
    let configuration = services.configuration
    let application = Application(
      router: buildRouter(services, logger: logger),
      configuration: .init(
        address: .hostname(configuration.host, port: configuration.port), serverName: "FieldOS"),
      services: [services.hub],
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? configuration.port) },
      logger: logger)
    do {
      try await application.run()
    } catch {
      if !Task.isCancelled { throw translate(error) }
    }
  }

  private func translate(_ error: any Error) -> any Error {
    let (host, port) = (services.configuration.host, services.configuration.port)
    if error is SocketAddressError {
      return CockpitError.cannotListen(host: host, port: port, reason: "no such address")
    }
    guard let failure = error as? IOError else { return error }
    if failure.errnoCode == EADDRINUSE { return CockpitError.portTaken(host: host, port: port) }
    return CockpitError.cannotListen(host: host, port: port, reason: String(cString: strerror(failure.errnoCode)))
  }
}
