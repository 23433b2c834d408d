import ArgumentParser
import Copilot
import Domain
import Foundation
import Storage

struct AskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask", abstract: "Ask the references: an answer with its sources, or that they don't say.",
    discussion: "Example: fieldos ask \"how should I position mulch to Samir?\"")

  @Argument(help: "The question, in quotes.") var question: String
  @Option(help: "Only what is about this account, or about none.") var account: String?
  @Option(help: "Only what is of this rep, or of none.") var rep: String?
  @Option(help: "Only what is of this region, or of none.") var region: String?
  @Flag(help: "Print JSON, once the answer is whole.") var json = false

  func run() async throws {
    let settings = try Settings.load()
    guard let configuration = try settings.copilot() else {
      throw UsageError("FIELDOS_CHAT_ENABLED=false: the copilot is switched off. Set it to true.")
    }
    var asked = CopilotQuestion(question, ownerID: Owner.local)
    if asked.words.isEmpty { throw UsageError("Enter a question for the copilot.") }
    asked.filter = ReferenceFilter(account: account, rep: rep, region: region)
    let copilot = Copilot(store: try FieldStore.existing(), configuration: configuration)
    let isJSON = json
    let answer = try await copilot.ask(asked) { event in
      if !isJSON { CopilotOutput.tell(event) }
    }
    if json { try CopilotOutput.json(answer, question: asked.words).print() }
  }
}
