import Domain
import Foundation
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOSSL
public import ServiceLifecycle
import Serving
import SpeechServer
public import Storage
public import Transcription

/// The web app: pages, their assets, the live stream, recordings that come up in chunks.
public struct Cockpit: Service {
  private let services: CockpitServices
  private let logger: Logger
  private let tls: TLSConfiguration?
  private let onListening: @Sendable (CockpitDoor) async -> Void

  /// - Parameters:
  ///   - onListening: told how people get in, once it listens.
  /// - Throws: ``CockpitError`` where a file that ships with the program is missing or wrong, ``TLSFault`` where one of TLS is.
  public init(
    store: FieldStore, configuration: CockpitConfiguration,
    logger: Logger = Logger(label: "fieldos.cockpit", factory: { _ in SwiftLogNoOpLogHandler() }),
    onListening: @escaping @Sendable (CockpitDoor) async -> Void = { _ in }
  ) throws {
    services = try CockpitServices(store: store, configuration: configuration)
    tls = try configuration.tls?.configuration(now: services.clock.now())
    self.logger = logger
    self.onListening = onListening
  }

  /// Who hears recordings while they are spoken; nil where nobody does.
  public var live: StreamSupervisor? { services.configuration.live }

  /// Serves until the task is cancelled or a graceful shutdown begins. Runs once.
  /// - Throws: ``CockpitError`` where it can't listen.
  public func run() async throws {
    let configuration = services.configuration
    let file = LinkFile(dataDirectory: configuration.dataDirectory)
    defer { file.remove() }
    let application = Application(
      router: buildRouter(services, logger: logger), server: try server(),
      configuration: .init(
        address: .hostname(configuration.host, port: configuration.port), serverName: "FieldOS",
        availableConnectionsDelegate: MaximumAvailableConnections(ServerRules.mostConnections, logger: logger)),
      services: parts,
      onServerRunning: { channel in await open(channel.localAddress?.port ?? configuration.port, file) },
      logger: logger)
    do {
      try await application.run()
    } catch {
      if !Task.isCancelled { throw translate(error) }
    }
  }

  /// What runs beside the routes.
  private var parts: [any Service] {
    var parts: [any Service] = [services.hub]
    if let live = services.live { parts.append(live) }
    if let engine { parts.append(engine) }
    return parts
  }

  /// What `/v1` has its words from.
  private var engine: SpeechEngineService? {
    services.configuration.speech.map { speech in
      SpeechEngineService(speech.desk) { [logger] in logger.error("/v1 has no engine", metadata: ["reason": "\($0)"]) }
    }
  }

  private func server() throws -> HTTPServerBuilder {
    let most = max(services.configuration.uploadMaxBytes, services.configuration.speech?.maxBytes ?? 0)
    return try ServerRules.server(.init(bytes: most + 2_097_152), tls)
  }

  /// Keeps the link's file right while it serves, and tells who started it.
  private func open(_ port: Int, _ file: LinkFile) async {
    let (services, logger) = (services, logger)
    services.access.key.keep { _ in
      do {
        if let link = try services.door(port: port).link { try file.write(link) } else { file.remove() }
      } catch {
        logger.error("cockpit.link not written", metadata: ["error": "\(error)"])
      }
    }
    if let door = try? services.door(port: port) { await onListening(door) }
  }

  private func translate(_ error: any Error) -> any Error {
    let (host, port) = (services.configuration.host, services.configuration.port)
    return switch ListenFailure(error) {
    case .portTaken: CockpitError.portTaken(host: host, port: port)
    case .other(let reason): CockpitError.cannotListen(host: host, port: port, reason: reason)
    case nil: error
    }
  }
}
