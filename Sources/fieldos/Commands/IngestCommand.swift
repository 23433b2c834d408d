import ArgumentParser
import Capture
import Domain
import Foundation
import Storage

struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest", abstract: "Take recordings in. Once 'saved' is printed, they survive a crash or power cut.",
    discussion: "A recording that was seen before is not taken in again: what it matched is said. Exit code 1 when one "
      + "could not be taken in.")

  @Argument(help: "Recordings; the files themselves are left as they are.") var files: [String]
  @Flag(help: "Transcribe what was seen before once more; every transcript is kept, notes stay as they are.")
  var force = false

  func run() async throws {
    let settings = try Settings.load()
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    let taken = files.map { Self.ingest($0, settings, store, force: force) }
    if taken.contains(nil) { throw ExitCode(1) }
  }

  /// Says what came of one file; nil when nothing of it is here.
  static func ingest(_ file: String, _ settings: Settings, _ store: FieldStore, force: Bool = false) -> Clip? {
    let ingest = Ingest(store: store, dataDirectory: settings.dataDirectory)
    do {
      let result = try ingest.ingest(file: URL(filePath: file), maxBytes: settings.uploadMaxBytes, force: force)
      return try tell(result, file: Wording.plain(file), store)
    } catch {
      Console.error("fieldos: " + Wording.line(for: error))
      return nil
    }
  }

  private static func tell(_ result: IngestResult, file: String, _ store: FieldStore) throws -> Clip? {
    switch result {
    case .stored(let clip, _):
      Console.line("saved \(file) as \(clip.path)")
      return clip
    case .duplicate(let known): return try tell(known, file: file, store)
    case .restored(let clip):
      _ = try store.jobs.revive(clipID: clip.id)
      Console.line("restored \(file) as \(clip.path), which was gone")
      return clip
    case .again(let clip, _):
      Console.line("saved \(file) as \(clip.path), is transcribed again; its other transcripts are kept")
      return clip
    case .revived(let clip):
      Console.line("saved \(file) as \(clip.path), is tried again")
      return clip
    case .pending(let clip, let state):
      let what = state == .running ? "is being transcribed now" : "still waits to be transcribed"
      Console.line("already here: \(file) is \(clip.path) and \(what), no second time was queued")
      return clip
    }
  }

  private static func tell(_ known: KnownClip, file: String, _ store: FieldStore) throws -> Clip? {
    guard let clip = known.clip else {
      Console.error("fieldos: " + Wording.erased(file, firstSeenAt: known.firstSeenAt))
      return nil
    }
    let isRevived = try known.job == .dead && store.jobs.revive(clipID: clip.id)
    Console.line(Wording.alreadyHere(file, clip, known) + (isRevived ? ", and is tried again" : ""))
    return clip
  }
}
