import Copilot
import Domain
import Storage

/// Gives the copilot something to answer from.
enum References {
  /// Builds an index of words where there is none, and says so. Nothing leaves the machine: vectors are made by `fieldos
  /// index build`. What can't be read stops nobody's work.
  static func indexIfNone(_ store: FieldStore, _ settings: Settings) async {
    do {
      guard try settings.copilot() != nil, try store.references.build() == nil else { return }
      let index = ReferenceIndex(store: store, file: settings.indexFile, ownerID: Owner.local)
      let outcome = try await index.build(model: "none", embed: nil)
      Console.error("index: \(outcome.tally.total) pieces for the copilot to answer from")
    } catch CopilotError.nothingToIndex {
      return
    } catch {
      Console.error("index: " + Wording.line(for: error))
    }
  }
}
