import ArgumentParser
import Capture
import Domain
import Foundation
import Storage

struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Take recordings in. Once 'saved' is printed, they survive a crash or power cut.")

  @Argument(help: "Recordings; the files themselves are left as they are.") var files: [String]

  func run() async throws {
    let settings = try Settings.load()
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    let taken = files.map { Self.ingest($0, settings, store) }
    if taken.contains(nil) { throw ExitCode(1) }
  }

  /// Says what came of one file; nil when it was not taken in.
  static func ingest(_ file: String, _ settings: Settings, _ store: FieldStore) -> Clip? {
    let ingest = Ingest(store: store, dataDirectory: settings.dataDirectory)
    do {
      switch try ingest.ingest(file: URL(filePath: file), maxBytes: settings.uploadMaxBytes) {
      case .stored(let clip, _):
        Console.line("saved \(file) as \(clip.path)")
        return clip
      case .duplicate(let clip):
        let again = try store.jobs.revive(clipID: clip.id) ? ", and is tried again" : ""
        Console.line("already here: \(file) is \(clip.path)\(again)")
        return clip
      case .restored(let clip):
        _ = try store.jobs.revive(clipID: clip.id)
        Console.line("restored \(file) as \(clip.path), which was gone")
        return clip
      }
    } catch {
      Console.error("fieldos: " + Wording.line(for: error))
      return nil
    }
  }
}
