import ArgumentParser
import Domain
import Foundation
import Operations
import Storage

struct PeopleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "people", abstract: "Customers, the people there, and follow-ups.",
    subcommands: [PeopleImportCommand.self])
}

struct PeopleImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Read a table of customers, such as crm_sample.csv.",
    discussion: """
      Customer_ID is the key: reading a table again changes what has changed in it, and nothing that a rep snoozed,
      finished or edited. Rows without a name or key, and rows that tell of a delivery, are left out and counted.
      """)

  @Argument(help: "A CSV file with the columns of crm_sample.csv.") var file: String
  @Flag(help: "Print JSON, one object.") var json = false

  func run() async throws {
    let settings = try Settings.load()
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    let tally = try CustomerImport(store: store).run(URL(filePath: file))
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      Console.line(String(decoding: try encoder.encode(tally), as: UTF8.self))
    } else {
      Console.line(Wording.line(for: tally))
    }
  }
}

extension Wording {
  /// What an import of customers did.
  static func line(for tally: CustomerTally) -> String {
    var words = "\(tally.added) customers added, \(tally.changed) changed, \(tally.unchanged) as they were"
    if tally.followUps > 0 { words += "; \(tally.followUps) follow-ups are new" }
    if tally.junk > 0 { words += "; \(tally.junk) rows without a name or key, or twice, left out" }
    if tally.deliveries > 0 { words += "; \(tally.deliveries) rows of deliveries left out" }
    if tally.erased > 0 { words += "; \(tally.erased) rows of people who were erased here left out" }
    return words + "."
  }
}
