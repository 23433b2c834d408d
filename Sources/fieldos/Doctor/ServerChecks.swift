import Domain
import Endpoints
import Foundation
import ModelStore

/// Whether the speech servers that are set can be used.
enum ServerChecks {
  /// nil where none is set.
  static func servers(_ settings: Settings) -> HealthCheck? {
    guard settings.whisperEndpoint != nil else { return nil }
    return HealthCheck(name: "speech servers") {
      do {
        guard let choice = try ServerChoice(settings) else { return HealthVerdict(.ok, detail: "none is set") }
        return await verdict(choice)
      } catch {
        return HealthVerdict(
          .failure, detail: Wording.line(for: error), remedy: "put the variable right; see .env.example")
      }
    }
  }

  private static func verdict(_ choice: ServerChoice) async -> HealthVerdict {
    var (good, troubles) = ([String](), [String]())
    for endpoint in choice.endpoints {
      if let trouble = await trouble(endpoint, model: choice.model) {
        troubles.append("\(endpoint.name) \(trouble)")
      } else {
        good.append(endpoint.name)
      }
    }
    guard !troubles.isEmpty else { return HealthVerdict(.ok, detail: "\(choice.names), model \(choice.model)") }
    let detail = troubles.joined(separator: "; ")
    if !good.isEmpty {
      return HealthVerdict(.warning, detail: "\(detail); \(good.joined(separator: ", ")) works", remedy: remedy)
    }
    guard let local = choice.local else {
      return HealthVerdict(.failure, detail: "\(detail); recordings wait", remedy: remedy)
    }
    return HealthVerdict(.warning, detail: "\(detail); \(local.model.name) on this machine stands in", remedy: remedy)
  }

  private static let remedy =
    "put the server right, or set \(ServerChoice.endpointVariable), \(ServerChoice.keyVariable), "
    + "\(ServerChoice.modelVariable) anew"

  /// nil where it answers, takes the key and has the model.
  private static func trouble(_ endpoint: SpeechEndpoint, model: String) async -> String? {
    do {
      let models = try await endpoint.models()
      guard !models.isEmpty, !models.contains(model) else { return nil }
      return "has no model \(model), but \(models.prefix(5).joined(separator: ", "))"
    } catch let error as SpeechError {
      return Wording.words(error)
    } catch {
      return "was not asked"
    }
  }
}
