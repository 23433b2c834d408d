import Copilot
import Endpoints
import Foundation

extension Settings {
  /// What the copilot needs; nil where it is switched off.
  /// - Throws: ``UsageError`` that names the variable.
  func copilot() throws -> CopilotConfiguration? {
    guard try variables.flag("FIELDOS_CHAT_ENABLED", default: true) else { return nil }
    var configuration = CopilotConfiguration()
    switch variables.text("FIELDOS_CHAT_FALLBACK_MODE")?.lowercased() {
    case "stub": configuration.mode = .stub
    case "keyword": configuration.mode = .keyword
    default: configuration.mode = qaMode ? .keyword : .live
    }
    configuration.cannedFile = variables.text("FIELDOS_CHAT_STUB_PATH").map { URL(filePath: $0) }
    configuration.isPrivate = try variables.flag("FIELDOS_PRIVACY_MODE", default: false)
    configuration.searchesNotes = try variables.flag("FIELDOS_CHAT_NOTES", default: false)
    if configuration.mode == .live { try addEndpoints(&configuration) }
    return configuration
  }

  /// The index's file: `reference_index.jsonl` in the data folder unless set.
  var indexFile: URL? { variables.text("FIELDOS_CHAT_INDEX_PATH").map { URL(filePath: $0) } }

  /// What is copied for an index with `--use-stub`.
  var indexStub: URL? { variables.text("FIELDOS_CHAT_INDEX_STUB_PATH").map { URL(filePath: $0) } }

  private func addEndpoints(_ configuration: inout CopilotConfiguration) throws {
    let (key, base) = (variables.text("OPENAI_API_KEY"), variables.text("OPENAI_BASE_URL"))
    guard key != nil || base != nil else { return }
    let address = base ?? "https://api.openai.com/v1"
    let seconds = try variables.number("FIELDOS_CHAT_TIMEOUT", in: 0.5...120) ?? 20
    let timeout = Duration.milliseconds(Int64(seconds * 1_000))
    do {
      configuration.chat = try ChatEndpoint(
        baseURL: address, key: key, model: variables.text("FIELDOS_CHAT_COMPLETION_MODEL") ?? "gpt-4o-mini",
        timeout: timeout)
      configuration.embedding = try EmbeddingEndpoint(
        baseURL: address, key: key, model: variables.text("FIELDOS_CHAT_EMBED_MODEL") ?? "text-embedding-3-small",
        timeout: timeout)
    } catch {
      throw UsageError("OPENAI_BASE_URL, OPENAI_API_KEY: \(Wording.chat(error)). Put it right or unset both.")
    }
  }
}
