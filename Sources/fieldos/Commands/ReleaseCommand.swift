import ArgumentParser
import Foundation
import Operations
import Storage

struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "For those who make releases: the checklist, the tag, the timeline.",
    subcommands: [ReleaseCheckCommand.self, ReleaseTagCommand.self, ReleaseTimelineCommand.self])
}

/// Where a release is made.
struct ReleasePlace: ParsableArguments {
  @Option(help: "The repository.") var repo = "."
  @Option(help: "Where smoke runs are kept, below the repository.") var smokeDir = "docs/smoke"

  /// Walks the list and prints it.
  /// - Returns: whether all of it holds.
  func walk(_ version: ReleaseVersion?) async throws -> Bool {
    let settings = try Settings.load()
    let folder = URL(filePath: repo, directoryHint: .isDirectory)
    let steps = await ReleaseChecklist(
      git: Git(folder: folder), smokeFolder: folder.appending(path: smokeDir), settings: settings,
      store: try FieldStore.existing(), version: version, now: Date()
    ).walk()
    for step in steps { Console.line(step.line) }
    return steps.allSatisfy(\.isGood)
  }
}

struct ReleaseCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Walk the release checklist, and say what is left to do.",
    discussion: """
      A smoke run of these sources that passed and is signed, a dashboard without warnings, an archived snapshot, no \
      notes in snapshot and sample, nothing uncommitted; with VERSION its changelog and its tag too. Exit code 1 when \
      something is left to do. Changes nothing.
      """)

  @Argument(help: "Such as v1.2.0 or v4.4.0-beta.") var version: String?
  @OptionGroup var place: ReleasePlace

  func run() async throws {
    let isReady = try await place.walk(try version.map { try ReleaseVersion($0) })
    Console.line("release: \(isReady ? "ready" : "NOT READY")")
    if !isReady { throw ExitCode(1) }
  }
}

struct ReleaseTagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Walk the checklist, and tag the commit when all of it holds.",
    discussion: "The tag stays here until you push it: git push origin VERSION.")

  @Argument(help: "Such as v1.2.0 or v4.4.0-beta.") var version: String
  @Option(help: "What the tag says. Default: FieldOS VERSION.") var message: String?
  @OptionGroup var place: ReleasePlace

  func run() async throws {
    let version = try ReleaseVersion(version)
    guard try await place.walk(version) else {
      Console.line("release: NOT READY, not tagged")
      throw ExitCode(1)
    }
    let git = Git(folder: URL(filePath: place.repo, directoryHint: .isDirectory))
    try git.run(["tag", "--annotate", version.tag, "--message", message ?? "FieldOS \(version.number)"])
    Console.line("release: \(version.tag) tagged at \(try git.run(["rev-parse", "--short", "HEAD"]))")
  }
}

struct ReleaseTimelineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline", abstract: "Write product_timeline.md from timeline.json, sorted by date.")

  @Option(help: "The folder of both.") var folder = "docs/fieldos_narrative"
  @Flag(help: "Write nothing; exit code 1 when the page is not what the file says.") var check = false

  func run() async throws {
    let folder = URL(filePath: folder, directoryHint: .isDirectory)
    let source = folder.appending(path: ProductTimeline.source)
    guard let data = try? Data(contentsOf: source) else {
      throw UsageError("\(source.path): can't be read. Name its folder: --folder DIR")
    }
    let page = folder.appending(path: ProductTimeline.page)
    let bytes: Data
    do {
      bytes = Data(try ProductTimeline(data).markdown.utf8)
    } catch {
      throw UsageError("\(source.path): \(error.reason).")
    }
    if (try? Data(contentsOf: page)) == bytes { return Console.line("\(page.path): is current") }
    if check {
      Console.line("\(page.path): is behind. Write it: fieldos release timeline")
      throw ExitCode(1)
    }
    do {
      try bytes.write(to: page, options: .atomic)
    } catch {
      throw UsageError("\(page.path): can't be written. Check its folder.")
    }
    Console.line("\(page.path): written")
  }
}
