import Endpoints
import Foundation
import ModelStore

/// Where models are and come from. The HF_* names are huggingface_hub's.
extension Settings {
  var catalog: ModelCatalog { ModelCatalog(modelLocations) }

  var modelLocations: ModelLocations {
    ModelLocations(models: dataDirectory.appending(path: "models"), hubCache: hubCache, demo: Resources.demoModel)
  }

  /// The prototype's switch for machines that must not download.
  var skipsDownloads: Bool { variables.text("FIELDOS_DOWNLOAD_FASTER_WHISPER")?.lowercased() == "skip" }

  /// - Throws: ``UsageError`` that names the variable.
  func pull(revision: String?) throws -> PullConfiguration {
    do {
      var configuration = try PullConfiguration(
        endpoint: variables.text("HF_ENDPOINT") ?? PullConfiguration.defaultEndpoint, token: try hubToken(),
        revision: revision)
      configuration.isOffline = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].contains { name in
        ["1", "on", "yes", "true"].contains(variables.text(name)?.lowercased())
      }
      return configuration
    } catch is EndpointError {
      throw UsageError(
        "HF_ENDPOINT: not an http or https address without a user name. Example: \(PullConfiguration.defaultEndpoint)")
    } catch let error as ModelStoreError {
      throw UsageError(Wording.line(for: error))
    }
  }

  private func hubToken() throws(UsageError) -> String? {
    guard let token = variables.text("HF_TOKEN") else { return nil }
    guard token.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else {
      throw UsageError("HF_TOKEN: holds characters that no HTTP header may carry. Copy it again.")
    }
    return token
  }

  static func hubCache(_ variables: Variables) -> URL? {
    let home = variables.text("HOME")
    func folder(_ path: String) -> URL {
      guard path.hasPrefix("~/"), let home else { return URL(filePath: path) }
      return URL(filePath: home).appending(path: String(path.dropFirst(2)))
    }
    if let cache = variables.text("HUGGINGFACE_HUB_CACHE") ?? variables.text("HF_HUB_CACHE") { return folder(cache) }
    if let base = variables.text("HF_HOME") { return folder(base).appending(path: "hub") }
    return home.map { URL(filePath: $0).appending(path: ".cache/huggingface/hub") }
  }
}
