public import Domain
import Foundation
public import Storage

/// Whether the copilot's index is there, of what there is now, and of the embedding model that is set.
public enum IndexCheck {
  private static let files = [
    "company_wiki.md", "sales_playbook.md", "playbooks.json", "pricing.json", "contact_intel.json",
  ]
  private static let build = "build it: fieldos index build"

  /// - Parameter model: of the embedding endpoint that is set; nil where none is.
  public static func make(_ store: FieldStore, model: String?) -> HealthCheck {
    HealthCheck(name: "copilot index") {
      do {
        return try verdict(store, model)
      } catch {
        return HealthVerdict(.failure, detail: "the index can't be read", remedy: "check the data folder and its disk")
      }
    }
  }

  private static func verdict(_ store: FieldStore, _ model: String?) throws -> HealthVerdict {
    let newest = try store.references.newestCustomer()
    let changed = files.compactMap { name in date(store.dataDirectory.appending(path: name)).map { (name, $0) } }
    guard let index = try store.references.build() else {
      if changed.isEmpty, newest == nil { return HealthVerdict(.ok, detail: "nothing to answer from yet") }
      return HealthVerdict(.warning, detail: "there is none, so that questions find nothing", remedy: build)
    }
    if index.model == "stub" {
      return HealthVerdict(
        .warning, detail: "a copy of the stub, not your own material",
        remedy: "unset FIELDOS_CHAT_USE_STUB and \(build)")
    }
    // A file's time is cut to what its file system keeps.
    let late = index.builtAt.addingTimeInterval(1)
    if let name = changed.first(where: { $0.1 > late })?.0 {
      return HealthVerdict(.warning, detail: "older than \(name)", remedy: build)
    }
    if let newest, newest > late { return HealthVerdict(.warning, detail: "older than the customers", remedy: build) }
    return try vectors(index, model, store)
  }

  private static func vectors(_ index: ReferenceBuild, _ model: String?, _ store: FieldStore) throws -> HealthVerdict {
    let pieces = "\(index.chunks) pieces"
    guard let model else {
      return HealthVerdict(.ok, detail: index.model == "none" ? "\(pieces), words alone" : "\(pieces), by words")
    }
    if index.model == "none" {
      return HealthVerdict(
        .warning, detail: "\(pieces), words alone, though an AI endpoint is set",
        remedy: "compare meaning, too: \(build)")
    }
    if index.model != model {
      return HealthVerdict(.warning, detail: "of the model \(index.model); set is \(model)", remedy: build)
    }
    let missing = try index.chunks - store.references.counts().vectors
    if missing > 0 {
      return HealthVerdict(.warning, detail: "\(missing) of \(pieces) have no vector", remedy: build)
    }
    return HealthVerdict(.ok, detail: "\(pieces), words and vectors of \(model)")
  }

  private static func date(_ file: URL) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: file.path))?[.modificationDate] as? Date
  }
}
