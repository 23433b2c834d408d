import ArgumentParser
import Foundation
import SpeechEngine

/// A guess at what a recording says, to be checked while it is transcribed.
struct DraftFlag: ParsableArguments {
  @Option(help: "File with what may be said: quicker where it is right, with --beam-size 1; the result is the same.")
  var draft: String?

  /// What the engine takes.
  private static let limit = 1 << 20

  /// - Throws: `UsageError` where there are several recordings, or the file can't be read or is too large.
  func apply(to options: inout TranscriptionOptions, recordings: Int) throws {
    guard let draft else { return }
    guard recordings == 1 else { throw UsageError("--draft: for one recording. Name one file.") }
    options.draft = .text(try Self.text(of: draft))
  }

  /// For people: why it doesn't count here.
  func notice(_ options: TranscriptionOptions) -> String? {
    guard draft != nil, options.beamSize != 1 || options.batchSize != nil else { return nil }
    return "--draft: counts with --beam-size 1 and without --batch-size alone."
  }

  /// Pipes are welcome too, so the size isn't asked for first.
  private static func text(of path: String) throws -> String {
    let bytes: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? file.close() }
      bytes = try file.read(upToCount: limit + 1) ?? Data()
    } catch {
      throw UsageError("\(path): can't be read. Name a text file with --draft.")
    }
    guard bytes.count <= limit else { throw UsageError("\(path): more than 1 MiB of text. Cut the draft.") }
    let text = String(decoding: bytes, as: UTF8.self)
    // Bytes that are no UTF-8 become longer.
    guard text.utf8.count <= limit else {
      throw UsageError("\(path): not text in UTF-8. Name a text file with --draft.")
    }
    return text
  }
}
