import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// What each release left behind opens, is brought up to date and has every row that it had.
/// `Tools/fixtures/make_database.sh` makes one for each release; none is ever made anew.
@Suite("A database of every release")
struct ReleasedDatabaseTests {
  static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/databases")

  /// What was in it.
  private struct Contents: Decodable {
    struct Counts: Decodable, Equatable {
      let clips, transcripts, notes, synced, pieces: Int
      let waitingJobs: Int
      let lastEvent: Int64

      enum CodingKeys: String, CodingKey {
        case clips, transcripts, notes, synced, pieces
        case waitingJobs = "waiting_jobs"
        case lastEvent = "last_event"
      }
    }
    let counts: Counts
    let words: [String]
    /// Ids of customers.
    let customers: [String]
  }

  static let releases: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".sqlite.gz") }.map { String($0.dropLast(".sqlite.gz".count)) }.sorted()
  }()

  @Test("there is at least one") func some() { #expect(!Self.releases.isEmpty) }

  private func unpacked(_ release: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let (process, bytes) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", Self.folder.appending(path: "\(release).sqlite.gz").path]
    process.standardOutput = bytes
    try process.run()
    _ = try folder.file("fieldos.sqlite", bytes.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return folder
  }

  @Test("it opens, is migrated and has its rows; a second start finds it as the first left it", arguments: releases)
  func opens(release: String) throws {
    let folder = try unpacked(release)
    let file = Self.folder.appending(path: "\(release).json")
    let was = try JSONDecoder().decode(Contents.self, from: Data(contentsOf: file))
    for _ in 0..<2 {
      let store = try FieldStore.open(dataDirectory: folder.url)
      #expect(try store.damages().isEmpty)
      let clips = try store.clips.all()
      let words = try clips.compactMap { try store.transcripts.find($0.id)?.text }
      #expect(words.sorted() == was.words)
      let outbox = try store.outbox.all()
      let now = Contents.Counts(
        clips: clips.count, transcripts: words.count, notes: Set(outbox.map(\.noteID)).count,
        synced: outbox.count { $0.state == .synced },
        pieces: try store.references.counts().sources.reduce(0) { $0 + $1.chunks },
        waitingJobs: try store.jobs.counts()[.available, default: 0], lastEvent: try store.events.lastSeq())
      #expect(now == was.counts)
      #expect(try store.people.ids(customerIDs: was.customers, ownerID: nil).count == was.customers.count)
      try store.close()
    }
  }

  @Test("work goes on: what waited is claimed, and a new recording is taken in", arguments: releases)
  func goesOn(release: String) throws {
    let folder = try unpacked(release)
    let store = try FieldStore.open(dataDirectory: folder.url)
    #expect(try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)) != nil)
    _ = try store.clips.insertWithJob(Fixture.clip(at: Date()), jobKind: .transcribe, maxAttempts: 3)
    #expect(try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)) != nil)
  }
}
