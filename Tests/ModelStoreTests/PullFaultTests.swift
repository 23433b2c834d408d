import Endpoints
import Foundation
import ModelStore
import TestSupport
import Testing

@Suite("Pulling from a bad network", .serialized, .timeLimit(.minutes(10)))
struct PullFaultTests {
  private let room: PullRoom
  private let size: Int

  init() throws {
    room = try PullRoom()
    size = try #require(PullRoom.model["model.bin"]).count
  }

  private var ranges: [String?] { room.hub.asked(for: "model.bin").map { $0.headers["range"] } }

  @Test("a cut download goes on where it broke off") func cut() async throws {
    room.hub.fail("model.bin", .cut(after: size / 2), .cut(after: 100))
    try await room.pull()
    // What was sent just before the cut may be lost with the connection.
    let starts = ranges.map { $0.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0 }
    try #require(starts.count == 3)
    #expect(starts[0] == 0 && (1...size / 2).contains(starts[1]))
    #expect((starts[1]...starts[1] + 100).contains(starts[2]))
    #expect(room.pauses.count == 2)
    #expect(room.isComplete())
  }

  @Test("a server that falls silent is asked again after the idle time") func stall() async throws {
    room.hub.fail("model.bin", .stall(after: 5000))
    try await room.pull { $0.limits.idle = .seconds(3) }
    #expect(ranges == [nil, "bytes=5000-"])
    #expect(room.isComplete())
  }

  @Test("a server that goes on being silent is given up, and the next pull goes on") func alwaysSilent() async throws {
    room.hub.fail("model.bin", .stall(after: 5000), .stall(after: 0), .stall(after: 0))
    await #expect(throws: ModelStoreError.gaveUp(what: "model.bin", reason: "no byte for 3 s", attempts: 3)) {
      try await room.pull {
        $0.retries = 2
        $0.limits.idle = .seconds(3)
      }
    }
    #expect(room.pauses == [.seconds(1), .seconds(2)])
    #expect(!room.isThere(room.final))
    #expect(ModelInventory(room.locations).all().map(\.state) == [.unfinished])
    #expect(throws: ModelStoreError.notFound(name: "base")) { try ModelCatalog(room.locations).find("base") }
    try await room.pull()
    #expect(ranges.last == "bytes=5000-")
    #expect(room.isComplete())
  }

  @Test("progress between failures starts the count of attempts again") func slowButMoving() async throws {
    for _ in 0..<3 { room.hub.fail("model.bin", .stall(after: 2 << 20)) }
    try await room.pull {
      $0.retries = 1
      $0.limits.idle = .seconds(3)
    }
    #expect(ranges.count == 4)
    #expect(room.isComplete())
  }

  @Test("a server that ignores ranges sends the file from its start") func noRanges() async throws {
    room.hub.fail("model.bin", .stall(after: 5000), .ignoresRange)
    try await room.pull { $0.limits.idle = .seconds(3) }
    #expect(ranges == [nil, "bytes=5000-"])
    #expect(room.isComplete())
  }

  @Test("a corrupt download is fetched once more from its start") func corruptOnce() async throws {
    room.hub.fail("model.bin", .corrupt)
    try await room.pull()
    #expect(ranges == [nil, nil])
    #expect(room.events.contains(.startsOver(file: "model.bin", reason: "its checksum is another")))
    #expect(room.isComplete())
  }

  @Test("a download that is corrupt twice fails and leaves no model", arguments: ["model.bin", "tokenizer.json"])
  func corruptTwice(file: String) async throws {
    room.hub.fail(file, .corrupt, .corrupt)
    await #expect(throws: ModelStoreError.corrupt(file: file, reason: "its checksum is another")) {
      try await room.pull()
    }
    #expect(!room.isThere(room.final))
    #expect(try Data(contentsOf: room.partial.appending(path: file)).isEmpty)
  }

  @Test("a file of another size than announced is not taken") func wrongSize() async throws {
    room.hub.fail("model.bin", .shorter(by: 1), .shorter(by: 7))
    let reason = "\(size - 7) bytes instead of \(size)"
    await #expect(throws: ModelStoreError.corrupt(file: "model.bin", reason: reason)) { try await room.pull() }
    #expect(!room.isThere(room.final))
  }

  @Test("a body without an end is cut at the announced size") func endless() async throws {
    room.hub.fail("config.json", .endless, .endless)
    await #expect(throws: ModelStoreError.self) { try await room.pull() }
    #expect(try Data(contentsOf: room.partial.appending(path: "config.json")).isEmpty)
  }

  @Test(
    "a refusal is not tried again", arguments: [(400, 400), (401, 401), (403, 403), (404, 404)] as [(Int, Int)])
  func refused(status: Int, said: Int) async throws {
    room.hub.fail("listing", .status(status))
    await #expect(
      throws: ModelStoreError.refused(repository: "Systran/faster-whisper-base", status: said, host: "127.0.0.1")
    ) { try await room.pull() }
    #expect(room.hub.asked.count == 1)
  }

  @Test("an overloaded server is asked again after the time that it names") func retryAfter() async throws {
    room.hub.fail("listing", .status(429, headers: ["Retry-After": "7"]), .status(503))
    room.hub.fail("model.bin", .status(502))
    try await room.pull()
    #expect(room.pauses == [.seconds(7), .seconds(2), .seconds(1)])
    #expect(room.isComplete())
  }

  @Test("a server that asks for a long time is not waited for") func longWait() async throws {
    room.hub.fail("listing", .status(429, headers: ["Retry-After": "3600"]))
    await #expect(throws: ModelStoreError.askedToWait(host: "127.0.0.1", seconds: 3600)) { try await room.pull() }
    #expect(room.pauses.isEmpty)
  }

  @Test("large files are fetched from where the hub points, the token stays with the hub") func redirect() async throws
  {
    let cdn = try FakeHub(files: PullRoom.model)
    room.hub.redirectLargeFiles(to: cdn.url)
    cdn.fail("model.bin", .stall(after: 3000))
    try await room.pull(token: "hf_secret") { $0.limits.idle = .seconds(3) }
    #expect(room.isComplete())
    #expect(cdn.asked.map { $0.headers["range"] } == [nil, "bytes=3000-"])
    #expect(cdn.asked.allSatisfy { $0.headers["authorization"] == nil })
    #expect(room.hub.asked.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
  }

  @Test("a redirect in a circle, or to no http address, is refused", arguments: ["", "ftp://127.0.0.1/x", "http://"])
  func badRedirect(target: String) async throws {
    for _ in 0..<6 { room.hub.fail("config.json", .redirect(to: target)) }
    let error = await #expect(throws: ModelStoreError.self) { try await room.pull() }
    guard case .redirectRefused? = error else { return _ = Issue.record("\(error as Any)") }
    #expect(room.hub.asked(for: "config.json").count <= 6)
  }

  @Test(
    "a listing with names that lead elsewhere is refused whole",
    arguments: [
      "../model.bin", "/etc/passwd", "vocabulary./../../x", "vocabulary.a/b", "a\\..\\b", "vocabulary.\u{1B}[2J",
    ]) func unsafeNames(name: String) async throws
  {
    room.hub.list { $0.extraNames = [name] }
    await #expect(throws: ModelStoreError.unsafeFileName(name)) { try await room.pull() }
    #expect(room.hub.asked.count { $0.path.hasPrefix("/Systran") } == 0)
  }

  @Test("a listing that is none is refused", arguments: ["", "{", "[]", #"{"sha":"main","siblings":[]}"#])
  func badListing(text: String) async throws {
    room.hub.list { $0.raw = Data(text.utf8) }
    let error = await #expect(throws: ModelStoreError.self) { try await room.pull() }
    guard case .badAnswer? = error else { return _ = Issue.record("\(error as Any)") }
  }

  @Test("a listing past 4 MiB is not read to its end") func hugeListing() async throws {
    room.hub.list { $0.raw = Data(repeating: 32, count: (4 << 20) + 1) }
    await #expect(throws: ModelStoreError.badAnswer(host: "127.0.0.1", reason: "its listing has no end")) {
      try await room.pull()
    }
  }

  @Test("a file past 16 GiB is refused before anything is fetched") func hugeFile() async throws {
    let sha = FakeHub.commit
    let names = ["config.json", "tokenizer.json", "vocabulary.json"].map { #"{"rfilename":"\#($0)"}"# }
    let large = #"{"rfilename":"model.bin","lfs":{"sha256":"\#(sha)","size":99999999999}}"#
    let siblings = (names + [large]).joined(separator: ",")
    room.hub.list { $0.raw = Data(#"{"sha":"\#(sha)","siblings":[\#(siblings)]}"#.utf8) }
    await #expect(
      throws: ModelStoreError.fileTooLarge(name: "model.bin", bytes: 99_999_999_999, limit: 17_179_869_184)
    ) { try await room.pull() }
  }

  @Test("a repository without what the engine needs is refused") func notConverted() async throws {
    var files = PullRoom.model
    files["model.bin"] = nil
    let room = try PullRoom(files: files)
    await #expect(
      throws: ModelStoreError.incompleteRepository("Systran/faster-whisper-base", missing: ["model.bin"])
    ) { try await room.pull() }
  }

  @Test("a machine without a network is told after two attempts") func unreachable() async throws {
    let url = room.hub.url
    room.hub.close()
    let error = await #expect(throws: ModelStoreError.self) { try await room.pull(endpoint: url) }
    guard case .gaveUp(_, _, attempts: 2)? = error else { return _ = Issue.record("\(error as Any)") }
  }

  @Test("bytes of another commit are not gone on with") func otherCommit() async throws {
    try FileManager.default.createDirectory(at: room.partial, withIntermediateDirectories: true)
    try Data("of old".utf8).write(to: room.partial.appending(path: "model.bin"))
    try Data("Systran/faster-whisper-base old\n".utf8).write(to: room.partial.appending(path: "pull.txt"))
    try await room.pull()
    #expect(ranges == [nil])
    #expect(room.isComplete())
  }
}
