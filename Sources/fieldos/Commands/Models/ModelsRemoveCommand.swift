import ArgumentParser
import Foundation
import ModelStore

struct ModelsRemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove a pulled model, and what an unfinished pull of it left.")

  @Argument(help: "A model's name.") var name: String
  @Flag(help: "Don't ask.") var yes = false
  @Flag(help: "Remove it from the Hugging Face cache, which other programs share.") var hubCache = false
  @Flag(help: "Remove it from the data folder even if no pull put it there.") var force = false

  func run() async throws {
    let removal = ModelRemoval(try Settings.load().modelLocations)
    let plan = try removal.plan(name, fromHubCache: hubCache, force: force)
    guard try isAgreed(plan) else { return Console.error("Nothing was removed.") }
    try removal.carryOut(plan)
    for folder in plan.folders { Console.line(Wording.plain("removed \(folder.path)")) }
  }

  private func isAgreed(_ plan: ModelRemoval.Plan) throws -> Bool {
    if yes { return true }
    guard isatty(STDIN_FILENO) == 1, Console.isTerminal else {
      throw UsageError("models rm: nobody can be asked here. Say --yes.")
    }
    let paths = plan.folders.map(\.path).joined(separator: " and ")
    Console.rawError(Wording.plain("Remove \(paths) (\(ModelText.size(plan.bytes)))? [y/N] "))
    return ["y", "yes"].contains(readLine()?.lowercased())
  }
}
