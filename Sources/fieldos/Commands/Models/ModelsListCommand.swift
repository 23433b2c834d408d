import ArgumentParser
import Foundation
import ModelStore

struct ModelsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Which models are on this machine.",
    discussion: "verified: checksums were right when it was pulled, sizes are right now ('models verify' reads it all "
      + "again). unverified: there is nothing to hold it against.")

  @Flag(help: "Print JSON, one object a model.") var json = false

  private struct Row: Encodable {
    let name: String
    let source: String
    let bytes: Int
    let stored: String?
    let state: String
    let path: String

    init(_ model: ListedModel) {
      name = model.name
      source = model.source.rawValue
      bytes = model.bytes
      stored = model.stored
      state = model.state.rawValue
      path = model.folder.path
    }
  }

  func run() async throws {
    let rows = ModelInventory(try Settings.load().modelLocations).all().map(Row.init)
    if json { return Console.line(try ModelText.json(rows)) }
    let table = rows.map { [$0.name, $0.source, ModelText.size($0.bytes), $0.stored ?? "?", $0.state] }
    let widths = (0..<5).map { column in table.map { $0[column].count }.max() ?? 0 }
    for (cells, row) in zip(table, rows) {
      let padded = zip(cells, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      Console.line(Wording.plain((padded + [row.path]).joined(separator: "  ")))
    }
    if !rows.contains(where: { $0.source != ListedModel.Source.demo.rawValue }) {
      Console.error("No model for real speech here. Get one: fieldos models pull base")
    }
  }
}
