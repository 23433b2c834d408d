package import Domain
import Foundation
import HTTPTypes
import Serving
package import Storage
import Synchronization
import Transcription

/// What the routes work with.
package final class SpeechServices: Sendable {
  let configuration: SpeechServerConfiguration
  let spool: Spool
  let gate: KeyGate
  let book = RequestBook()
  private let uploads = Mutex(0)

  /// - Throws: ``SpeechServerError``.
  package init(store: FieldStore, configuration: SpeechServerConfiguration, clock: WallClock = .system) throws {
    self.configuration = configuration
    gate = KeyGate(
      keys: store.apiKeys, hosts: AllowedHosts(bound: configuration.host, extra: configuration.allowedHosts),
      clock: clock)
    do {
      spool = try Spool(in: configuration.spoolFolder)
    } catch {
      throw SpeechServerError.spool(path: configuration.spoolFolder.path, reason: "\(error)")
    }
  }

  var desk: RequestDesk { configuration.desk }

  /// The models by the names that clients may call them by, the usual one first.
  func models() async throws -> [(name: String, served: ServedModel)] {
    let usual = configuration.model
    let others = try await Blocking.run { [configuration] in configuration.others() }
    return ([usual.model.name] + SpeechServerConfiguration.aliases).map { ($0, usual) }
      + others.map { ($0.model.name, $0) }
  }

  /// - Returns: when nobody named another, the usual one.
  /// - Throws: ``APIError`` where the name is none of the models here, and where that can't be loaded.
  func model(_ name: String?) async throws -> ServedModel {
    let usual = configuration.model
    guard let name, name != usual.model.name, !SpeechServerConfiguration.aliases.contains(name) else { return usual }
    guard let found = try await models().first(where: { $0.name == name })?.served else {
      throw APIError(
        .notFound, "The model '\(name.prefix(80))' does not exist here. GET /v1/models lists those that do.",
        param: "model", code: "model_not_found")
    }
    guard found.model.bytes <= configuration.modelMemory else { throw RequestFailure.modelTooLarge.apiError }
    return found
  }

  /// Runs `work` in one of the places for uploads.
  /// - Throws: ``APIError`` where all are taken.
  func uploading<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
    let isFree = uploads.withLock { count in
      count += 1
      return count <= configuration.mostUploads
    }
    defer { uploads.withLock { $0 -= 1 } }
    guard isFree else { throw APIError.busy(retryAfter: 2) }
    return try await work()
  }
}
