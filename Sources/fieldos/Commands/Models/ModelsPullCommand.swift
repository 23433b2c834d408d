import ArgumentParser
import Foundation
import ModelStore

struct ModelsPullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch a model from the Hugging Face hub into data/models/faster-whisper.",
    discussion: "Goes on where an earlier pull was cut off. A model that is here already, or in the Hugging Face "
      + "cache, is used where it is. Names: \(HubNames.all.joined(separator: ", ")), or organisation/repository.")

  @Argument(help: "A name of faster-whisper's, such as base or large-v3, or organisation/repository.") var name: String
  @Option(help: "A branch, tag or commit. Default: main.") var revision: String?
  @Flag(help: "Fetch it even if it is here already.") var force = false
  @Flag(help: "Print JSON about the result.") var json = false

  private struct Result: Encodable {
    let name: String
    let path: String?
    let source: String
    let repository: String?
    let commit: String?
    let bytes: Int?
  }

  func run() async throws {
    let settings = try Settings.load()
    if settings.skipsDownloads { return try sayLeftOut() }
    var configuration = try settings.pull(revision: revision)
    configuration.isForced = force
    let progress = PullProgress(name, listsFiles: !json)
    let pull = ModelPull(settings.modelLocations, configuration) { progress.show($0) }
    let name = name
    let json = json
    let signal = try await Interruption.cancelling {
      let pulled: PulledModel
      do {
        defer { progress.clear() }
        pulled = try await pull.pull(name)
      }
      try Self.tell(pulled, json: json)
    }
    if let signal {
      Console.error("Stopped. What has come is kept: the same command goes on with it.")
      throw ExitCode(128 + signal)
    }
  }

  private func sayLeftOut() throws {
    let reason = "FIELDOS_DOWNLOAD_FASTER_WHISPER=skip"
    guard json else { return Console.line("\(name): not fetched, \(reason).") }
    let result = Result(name: name, path: nil, source: "skipped", repository: nil, commit: nil, bytes: nil)
    Console.line(try ModelText.json(result))
  }

  private static func tell(_ pulled: PulledModel, json: Bool) throws {
    let model = pulled.model
    if json {
      let result = Result(
        name: model.name, path: model.folder.path, source: pulled.source.rawValue, repository: pulled.repository,
        commit: pulled.commit, bytes: pulled.bytes)
      return Console.line(try ModelText.json(result))
    }
    let facts = [pulled.source.rawValue, ModelText.size(pulled.bytes)] + (pulled.commit.map { ["commit \($0)"] } ?? [])
    Console.line(Wording.plain("\(model.name): \(model.folder.path) (\(facts.joined(separator: ", ")))"))
  }
}
