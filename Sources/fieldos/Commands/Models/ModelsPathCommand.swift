import ArgumentParser
import Foundation
import ModelStore

struct ModelsPathCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "path", abstract: "Print the folder that --model NAME would use, and nothing else.")

  @Argument(help: "A model's name.") var name: String
  @Flag(help: "Print JSON.") var json = false

  private struct Place: Encodable {
    let name: String
    let path: String
  }

  func run() async throws {
    let found = try Settings.load().catalog.find(name)
    let path = found.folder.standardizedFileURL.path
    Console.line(json ? try ModelText.json(Place(name: found.name, path: path)) : path)
  }
}
