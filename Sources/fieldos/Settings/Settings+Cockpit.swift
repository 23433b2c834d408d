import Cockpit
import Endpoints
import Foundation
import Notes
import Serving
import SpeechEngine

extension Settings {
  /// What the cockpit needs; checked by the command that starts it.
  /// - Throws: ``UsageError`` that names the variable.
  func cockpit() throws -> CockpitConfiguration {
    var configuration = CockpitConfiguration(dataDirectory: dataDirectory)
    configuration.host =
      variables.text("FIELDOS_HOST") ?? variables.text("FIELDOS_STREAMLIT_ADDRESS") ?? configuration.host
    configuration.port =
      try variables.integer("FIELDOS_PORT", in: 0...65_535)
      ?? variables.integer("FIELDOS_STREAMLIT_PORT", in: 0...65_535) ?? configuration.port
    configuration.uploadMaxBytes = uploadMaxBytes
    configuration.streamChunkMilliseconds =
      try variables.integer("STREAM_CHUNK_MS", in: 20...5_000).map { min(max($0, 100), 1_000) } ?? 300
    configuration.audioMaxSeconds =
      try variables.integer("FIELDOS_AUDIO_MAX_SECONDS", in: 1...86_400) ?? configuration.audioMaxSeconds
    configuration.isQA = qaMode
    configuration.offersRecorder = try variables.flag("FIELDOS_ENABLE_NATIVE_AUDIO", default: true)
    configuration.allowedHosts = allowedHosts
    configuration.trustedProxies = list("FIELDOS_TRUSTED_PROXY")
    configuration.tls = try tls()
    configuration.facts = try facts(configuration)
    configuration.flushesOffline = !(try variables.flag("FIELDOS_DISABLE_OFFLINE_FLUSH", default: false))
    configuration.audioLength = Self.audioLength
    configuration.polish = try polish()
    configuration.metricsToken = variables.text("FIELDOS_METRICS_TOKEN")
    configuration.copilot = try copilot()
    configuration.indexCopy = indexFile
    return configuration
  }

  /// Who polishes notes: the fixed bullets in rehearsals, an OpenAI-compatible endpoint where a key or an address is set.
  private func polish() throws -> NotePolish? {
    if qaMode { return .rehearsal }
    let (key, base) = (variables.text("OPENAI_API_KEY"), variables.text("OPENAI_BASE_URL"))
    guard key != nil || base != nil else { return nil }
    let model =
      variables.text("FIELDOS_POLISH_MODEL") ?? variables.text("FIELDOS_CHAT_COMPLETION_MODEL") ?? "gpt-4o-mini"
    let seconds = try variables.number("FIELDOS_POLISH_TIMEOUT", in: 0.5...120) ?? 20
    do {
      return .endpoint(
        try ChatEndpoint(
          baseURL: base ?? "https://api.openai.com/v1", key: key, model: model,
          timeout: .milliseconds(Int64(seconds * 1_000))))
    } catch {
      throw UsageError("OPENAI_BASE_URL, OPENAI_API_KEY: \(Wording.chat(error)). Put it right or unset both.")
    }
  }

  /// Names under which servers answer beside their own.
  var allowedHosts: [String] { list("FIELDOS_ALLOWED_HOSTS") }

  /// Values apart by commas or spaces.
  private func list(_ name: String) -> [String] {
    variables.text(name)?.split { $0 == "," || $0.isWhitespace }.map(String.init) ?? []
  }

  /// Certificate and key of servers.
  /// - Throws: ``UsageError`` that names the variable.
  func tls() throws(UsageError) -> TLSFiles? {
    switch (variables.text("FIELDOS_TLS_CERT"), variables.text("FIELDOS_TLS_KEY")) {
    case (nil, nil): return nil
    case (let certificate?, let key?): return TLSFiles(certificate: certificate, key: key)
    case (_?, nil): throw UsageError("FIELDOS_TLS_KEY: not set, but FIELDOS_TLS_CERT is. Set both, or none for http.")
    case (nil, _?): throw UsageError("FIELDOS_TLS_CERT: not set, but FIELDOS_TLS_KEY is. Set both, or none for http.")
    }
  }

  /// Decodes the whole of what is no WAV file: formats lie about their length.
  @Sendable private static func audioLength(_ file: URL) -> AudioLength {
    do {
      return .seconds(try AudioFile(contentsOf: file, allowTruncated: true, maximumSeconds: 24 * 3_600).duration)
    } catch {
      switch error {
      case .tooLong(_, let seconds, _): return .seconds(seconds)
      case .notWAV: return .notAudio
      default: return error.isPermanent ? .notAudio : .unknown
      }
    }
  }
}
