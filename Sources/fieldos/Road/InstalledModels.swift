import Foundation
import ModelStore
import SpeechEngine
import SpeechServer
import Synchronization
import Transcription

/// The models that the transcription server offers. One that is pulled while it runs is offered too.
final class InstalledModels: Sendable {
  /// What requests get that name none.
  let usual: ServedModel
  private let inventory: ModelInventory
  private let computeType: ComputeType
  private let found = Mutex<(at: ContinuousClock.Instant, models: [ServedModel])?>(nil)

  /// What was found is good for so long: to look again reads every model's vocabulary.
  private static let fresh = Duration.seconds(5)

  init(_ settings: Settings, _ choice: EngineChoice) {
    inventory = ModelInventory(settings.modelLocations)
    computeType = choice.computeType
    // The engine says what is wrong with a model that can't be read.
    let bytes = try? ModelSummary(folder: choice.model.folder).weightBytes(choice.computeType)
    usual = Self.served(choice.model.name, choice.model.folder, bytes ?? 0)
  }

  /// All but ``usual`` and those that the engine can't open; where two have a name, the one that `fieldos models list` has
  /// first.
  func others() -> [ServedModel] {
    found.withLock { found in
      if let found, found.at.duration(to: .now) < Self.fresh { return found.models }
      let models = look()
      found = (.now, models)
      return models
    }
  }

  private func look() -> [ServedModel] {
    var names: Set<String> = [usual.model.name]
    return inventory.all().compactMap { listed in
      guard listed.state == .verified || listed.state == .unverified,
        listed.folder.standardizedFileURL.path != usual.model.folder, names.insert(listed.name).inserted
      else { return nil }
      let summary = try? ModelSummary(folder: listed.folder)
      return summary.map { Self.served(listed.name, listed.folder, $0.weightBytes(computeType)) }
    }
  }

  private static func served(_ name: String, _ folder: URL, _ bytes: Int) -> ServedModel {
    let folder = folder.standardizedFileURL
    let date = (try? FileManager.default.attributesOfItem(atPath: folder.path))?[.modificationDate] as? Date
    return ServedModel(
      RequestModel(name: name, folder: folder.path, bytes: bytes), date: date ?? Date(timeIntervalSince1970: 0))
  }
}
