import ArgumentParser
import Capture
import Domain
import Foundation
import Operations
import Storage

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take over the data folder of the Python prototype.",
    discussion: """
      Recordings are queued for transcription; notes that never reached the CRM are kept as 'cached', so that nothing is
      sent before 'fieldos crm flush'. The folder itself is left as it is; importing it again adds nothing.
      """)

  @Argument(help: "The prototype's data folder.") var folder: String
  @Flag(help: "Say what would be taken in; change nothing.") var dryRun = false
  @Flag(help: "Print JSON, one object.") var json = false

  private struct Report: Encodable {
    let folder: String
    let dryRun: Bool
    let tallies: [ImportTally]
    let refusals: [String]

    enum CodingKeys: String, CodingKey {
      case folder, refusals
      case dryRun = "dry_run"
      case tallies = "items"
    }
  }

  func run() async throws {
    let settings = try Settings.load()
    let source = try PrototypeFolder(URL(filePath: folder, directoryHint: .isDirectory), own: settings.dataDirectory)
    // A dry run makes no data folder: what is not there yet is looked at as an empty one elsewhere.
    let isThere = FileManager.default.fileExists(atPath: settings.dataDirectory.appending(path: "fieldos.sqlite").path)
    let scratch = dryRun && !isThere ? try Self.scratchFolder() : nil
    defer { if let scratch { try? FileManager.default.removeItem(at: scratch) } }
    let store = try FieldStore.open(dataDirectory: scratch ?? settings.dataDirectory)
    var refusals: [String] = []
    let clips = try takeClips(source, settings, store, &refusals)
    var rest = PrototypeImport(source, store: store, target: settings.dataDirectory, isDryRun: dryRun)
    let tallies = [clips] + (try rest.run())
    refusals += rest.refusals.map(Wording.line)
    try print(Report(folder: source.url.path, dryRun: dryRun, tallies: tallies, refusals: refusals))
    if rest.notesWithoutState > 0 {
      Console.error("\(rest.notesWithoutState) payload(s) don't say whether the CRM has them, and were left out.")
    }
    if clips.refused > 0 || rest.isIncomplete { throw ExitCode(1) }
  }

  private func takeClips(
    _ source: PrototypeFolder, _ settings: Settings, _ store: FieldStore, _ refusals: inout [String]
  ) throws -> ImportTally {
    var tally = ImportTally(what: "recordings")
    let (files, refused) = source.clips()
    tally.found = files.count + refused.count
    tally.refused = refused.count
    refusals += refused.map(Wording.line)
    let ingest = Ingest(store: store, dataDirectory: store.dataDirectory)
    for file in files {
      do {
        if try isTaken(file, ingest, settings, store) { tally.added += 1 } else { tally.known += 1 }
      } catch let error as CaptureError {
        tally.refused += 1
        refusals.append(Wording.line(for: error))
      }
    }
    return tally
  }

  /// - Returns: false where the recording is here already.
  private func isTaken(_ file: URL, _ ingest: Ingest, _ settings: Settings, _ store: FieldStore) throws -> Bool {
    if dryRun {
      guard let sum = ClipDigest.sha1(of: file) else {
        throw CaptureError.unreadable(path: file.path, reason: "cannot be read")
      }
      return try store.imports.knownClips(sha1s: [sum]).isEmpty
    }
    if case .stored = try ingest.ingest(file: file, maxBytes: settings.uploadMaxBytes) { return true }
    return false
  }

  private func print(_ report: Report) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return Console.line(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
    for line in report.refusals { Console.error("fieldos: " + line) }
    let added = report.dryRun ? "would add" : "added"
    let head = ["", "found", added, "here already", "refused"]
    let rows = report.tallies.map { [$0.what] + [$0.found, $0.added, $0.known, $0.refused].map(String.init) }
    Console.line(Self.table([head] + rows))
  }

  /// Names to the left, numbers to the right.
  private static func table(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private static func scratchFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "fieldos-" + RandomHex.make(bytes: 8))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
