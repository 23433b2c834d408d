import Endpoints
import Foundation
import ModelStore
import SpeechEngine
import Transcription

/// Who hears recordings for their final transcripts: this machine's engine, or speech servers.
enum FinalEngine {
  case here(EngineChoice)
  case servers(ServerChoice)

  init(_ settings: Settings) throws {
    self = try ServerChoice(settings).map { .servers($0) } ?? .here(EngineChoice(settings))
  }

  /// Lines for people: what runs instead of what was asked for, and where recordings go.
  var notices: [String] {
    switch self {
    case .here(let choice): choice.notices
    case .servers(let choice): choice.notices
    }
  }

  /// One line that says what really runs.
  var summary: String {
    switch self {
    case .here(let choice): choice.summary
    case .servers(let choice): choice.summary
    }
  }

  func recogniser() throws -> any Recogniser {
    switch self {
    case .here(let choice): try choice.recogniser()
    case .servers(let choice): choice.recogniser()
    }
  }
}

/// Which speech servers hear recordings, and who stands in for them.
struct ServerChoice {
  let endpoints: [SpeechEndpoint]
  /// As the servers call it.
  let model: String
  /// This machine's engine; nil where it has no model that knows people's voices.
  let local: EngineChoice?
  private let options: TranscriptionOptions
  private let limits: RemoteLimits
  private let device: String

  static let endpointVariable = "FIELDOS_WHISPER_ENDPOINT"
  static let keyVariable = "FIELDOS_WHISPER_API_KEY"
  static let modelVariable = "FIELDOS_WHISPER_REMOTE_MODEL"
  static let sizeVariable = "FIELDOS_WHISPER_MAX_BYTES"

  /// nil where no server is set.
  /// - Throws: ``UsageError`` that names the variable.
  init?(_ settings: Settings) throws {
    guard let addresses = settings.whisperEndpoint.map(Self.list), !addresses.isEmpty else { return nil }
    let variables = settings.variables
    endpoints = try Self.endpoints(addresses, keys: variables.text(Self.keyVariable).map(Self.list) ?? [])
    model = variables.text(Self.modelVariable) ?? "whisper-1"
    device = settings.device.lowercased()
    local = try Self.local(settings)
    var options = TranscriptionOptions()
    options.language = settings.language
    self.options = options
    var limits = RemoteLimits()
    limits.uploadBytes =
      try variables.integer(Self.sizeVariable, in: 1_000_000...(1 << 31)) ?? limits.uploadBytes
    self.limits = limits
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// One key for all servers, or one for each.
  private static func endpoints(_ addresses: [String], keys: [String]) throws(UsageError) -> [SpeechEndpoint] {
    guard keys.count <= 1 || keys.count == addresses.count else {
      throw UsageError(
        "\(keyVariable): \(keys.count) keys for \(addresses.count) servers. Set one for all, or one for each, in the order "
          + "of \(endpointVariable).")
    }
    var endpoints: [SpeechEndpoint] = []
    for (index, address) in addresses.enumerated() {
      do {
        endpoints.append(try SpeechEndpoint(baseURL: whole(address), key: keys.count > 1 ? keys[index] : keys.first))
      } catch {
        guard case .invalidSettings(let reason) = error else { continue }
        throw UsageError(
          "\(endpointVariable), \(keyVariable): \(reason). Example: http://gpu.local:8000/v1; several apart by commas.")
      }
    }
    return endpoints
  }

  /// Every such server has its API below /v1.
  private static func whole(_ address: String) -> String {
    guard let parts = URLComponents(string: address), parts.path.isEmpty || parts.path == "/" else { return address }
    return address.hasSuffix("/") ? address + "v1" : address + "/v1"
  }

  /// The demo model stands in for nobody, unless it was named.
  private static func local(_ settings: Settings) throws -> EngineChoice? {
    do {
      let choice = try EngineChoice(settings)
      return choice.model.isDemo && settings.model == nil ? nil : choice
    } catch is ModelStoreError {
      return nil
    }
  }

  var names: String { endpoints.map(\.name).joined(separator: ", ") }

  var notices: [String] {
    var lines = ["recordings are sent to \(names) for their words (\(Self.endpointVariable))."]
    if let local {
      lines += local.notices
    } else {
      lines.append("no model here stands in for them: while none answers, recordings wait. fieldos models pull base")
    }
    return lines
  }

  var summary: String {
    "model=\(model) device=\(deviceName) servers=\(names) stand-in=\(local?.model.name ?? "none")"
  }

  /// Servers don't tell what they run on: what was set is named as that.
  private var deviceName: String {
    ["cuda", "metal"].contains(device) ? "\(device)-as-set" : "not-told"
  }

  func ear(report: @escaping @Sendable (RemoteEvent) -> Void, options: TranscriptionOptions? = nil) -> RemoteEar {
    RemoteEar(RemoteFleet(endpoints, limits: limits, report: report), model: model, options: options ?? self.options)
  }

  func recogniser() -> RemoteRecogniser {
    let report: @Sendable (RemoteEvent) -> Void = { Console.error(Wording.line(for: $0)) }
    let fallback = local.map { choice in
      { @Sendable () throws -> any Recogniser in try choice.recogniser() }
    }
    return RemoteRecogniser(ear(report: report), computeType: deviceName, fallback: fallback, report: report)
  }
}
