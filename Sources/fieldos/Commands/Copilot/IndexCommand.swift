import ArgumentParser
import Copilot
import Domain
import Endpoints
import Foundation
import Storage

struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index", abstract: "What the copilot answers from: build it, look at it, clear it.",
    subcommands: [IndexBuildCommand.self, IndexStatusCommand.self, IndexScrubCommand.self],
    defaultSubcommand: IndexStatusCommand.self)
}

struct IndexBuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Build the index from wiki, playbooks, prices, account intelligence and customers.",
    discussion: """
      Only what changed is written, and embedded where OPENAI_API_KEY or OPENAI_BASE_URL is set; without, the index has \
      words alone. A copy stands in reference_index.jsonl. The index before it answers until this one is whole.
      """)

  @Flag(name: .customLong("use-stub"), help: "Copy the index of FIELDOS_CHAT_INDEX_STUB_PATH instead of building one.")
  var useStub = false

  @Option(help: "The embedding model. Default: FIELDOS_CHAT_EMBED_MODEL, else text-embedding-3-small.")
  var model: String?

  func run() async throws {
    let settings = try Settings.load()
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    let index = ReferenceIndex(store: store, file: settings.indexFile, ownerID: Owner.local)
    if try useStub || settings.variables.flag("FIELDOS_CHAT_USE_STUB", default: false) {
      guard let stub = settings.indexStub else {
        throw UsageError(
          "FIELDOS_CHAT_INDEX_STUB_PATH: not set. Set it to a file in the shape of reference_index.jsonl.")
      }
      return report(try index.useStub(stub))
    }
    Customers.importIfNew(store)
    let embedding = try endpoint(settings)
    var embed: ReferenceIndex.Embedder?
    if let embedding { embed = { texts in try await embedding.vectors(texts) } }
    let isShown = Console.isTerminal
    let outcome = try await index.build(model: embedding?.model ?? "none", embed: embed) { progress in
      if isShown { Self.show(progress) }
    }
    if isShown { Console.rawError("\r") }
    report(outcome)
  }

  private static func show(_ progress: ReferenceIndex.Progress) {
    switch progress {
    case .chunks(let count): Console.rawError("\r\(count) pieces read")
    case .embedded(let count): Console.rawError("\r\(count) pieces embedded")
    }
  }

  private func endpoint(_ settings: Settings) throws -> EmbeddingEndpoint? {
    guard let known = try settings.copilot()?.embedding, let model, model != known.model else {
      return try settings.copilot()?.embedding
    }
    return known.using(model: model)
  }

  private func report(_ outcome: ReferenceIndex.Outcome) {
    let tally = outcome.tally
    Console.line(
      "index: \(tally.total) pieces (\(tally.added) new, \(tally.changed) changed, \(tally.unchanged) as they were, "
        + "\(tally.removed) removed)")
    if outcome.isStub {
      Console.line("It is a copy of the stub. 'fieldos index build' makes one of your own material.")
    } else if outcome.model == "none" {
      Console.line("Words alone: no AI endpoint is set. Set OPENAI_BASE_URL or OPENAI_API_KEY to compare meaning, too.")
    } else {
      Console.line(Wording.plain("\(outcome.embedded) pieces embedded by \(outcome.model)."))
    }
  }
}

struct IndexStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "How old the index is, and what is in it.")

  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let store = try FieldStore.existing()
    let (build, counts) = (try store.references.build(), try store.references.counts())
    if json {
      let sources = counts.sources.map { ($0.source.rawValue, JSONValue.integer($0.chunks)) }
      return try JSONValue.object([
        "built_at": .time(build?.builtAt), "model": .text(orNull: build?.model),
        "doc_count": .integer(build?.chunks ?? 0), "vectors": .integer(counts.vectors),
        "sources": .object(Dictionary(uniqueKeysWithValues: sources)),
      ]).print()
    }
    guard let build else { return Console.line("No index yet. Run 'fieldos index build'.") }
    Console.line(Wording.plain("built \(Timestamp.utc(build.builtAt)), model \(build.model), \(build.chunks) pieces"))
    for (source, chunks) in counts.sources {
      Console.line("  \(source.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0))\(chunks)")
    }
    if counts.vectors > 0 { Console.line("  with vector \(counts.vectors)") }
  }
}

struct IndexScrubCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scrub", abstract: "Empty the index and remove reference_index.jsonl.",
    discussion: "What it was built from is not touched: 'fieldos index build' makes it anew.")

  func run() async throws {
    let settings = try Settings.load()
    let index = ReferenceIndex(
      store: try FieldStore.existing(), file: settings.indexFile, ownerID: Owner.local)
    let count = try index.scrub()
    Console.line(count == 0 ? "index: nothing to clear." : "index: \(count) pieces removed.")
  }
}
