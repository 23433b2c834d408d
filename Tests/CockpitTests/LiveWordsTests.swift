import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing
import Transcription

/// The desk of live words with real child processes that are no engines: shell scripts that commit what they are told.
@Suite("Live words of a recording")
struct LiveWordsTests {
  private let spoken = SpokenParts()

  /// `hear 2000` reads frames until their sound is 2,000 bytes, `hear_end` until the session's end, however a busy
  /// machine joined them.
  private static let ears = #"""
    heard=0 kind=0
    frame() {
      set -- $(head -c 12 | od -An -v -tu1)
      [ $# -eq 12 ] || exit 0
      kind=$1 length=$(($9 + 256 * ${10} + 65536 * ${11}))
      head -c $length >/dev/null
      heard=$((heard + length))
    }
    hear() { while [ $heard -lt $1 ]; do frame; done; }
    hear_end() { until [ $kind -eq 3 ]; do frame; done; }
    """#

  /// Hears `parts` parts of 2,000 bytes, a sixteenth of a second each, commits a word, hears the end.
  /// - Parameter opened: done once a session is open.
  private static func script(parts: Int = 3, word: String = " Ruth", opened: String = ":") -> String {
    let words = #"[{"start":0.01,"end":0.0625,"word":"\#(word)","probability":1}]"#
    return """
      \(ears)
      echo '{"type":"ready","engine":"script","model":"none"}'; frame; \(opened); hear \(parts * 2_000)
      echo '{"type":"committed","session":1,"words":\(words)}'
      hear_end; echo '{"type":"ended","session":1}'; cat >/dev/null
      """
  }

  private func room(
    _ script: String, folder: TemporaryFolder? = nil, makesTranscripts: Bool = true
  ) throws -> CockpitRoom {
    try CockpitRoom(folder: folder) {
      $0.makesTranscripts = makesTranscripts
      $0.live = StreamSupervisor(
        executable: URL(filePath: "/bin/sh"), arguments: ["-c", script], environment: [:], mostDeaths: 0)
    }
  }

  private func speak(
    _ rep: Visitor, _ spoken: SpokenParts? = nil, parts: Range<Int>, of count: String = "", finish: Bool = true
  ) async throws {
    let spoken = spoken ?? self.spoken
    #expect(try await rep.post("/api/recordings", json: spoken.beginning).status == .ok)
    for number in parts {
      let path = "/api/recordings/\(spoken.id)/chunks/\(number)\(count)"
      #expect(try await rep.put(path, spoken.parts[number]).status == .noContent)
    }
    guard finish else { return }
    #expect(try await rep.post("/api/recordings/\(spoken.id)/finish", json: spoken.declaration).status == .ok)
  }

  /// What is kept once the session has the wanted state.
  private func kept(
    _ room: CockpitRoom, of note: ID<Note>? = nil, _ state: LiveTranscript.State, words: String? = nil
  ) async throws -> LiveTranscript {
    while true {
      if let live = try room.store.live.find(note ?? spoken.note), live.state == state,
        words ?? live.words.text == live.words.text
      {
        return live
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private func listening<Result: Sendable>(
    _ room: CockpitRoom, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let desk = try #require(room.services.live)
    let running = Task { try await desk.run() }
    desk.prepare()
    let result = try await work()
    running.cancel()
    try await running.value
    return result
  }

  @Test(
    "what is durable is heard in order, kept, told to its speaker only, and shown on the note", .timeLimit(.minutes(10))
  )
  func heard() async throws {
    let room = try room(Self.script())
    let live = try await listening(room) {
      try await speak(room.rep, parts: 0..<3)
      return try await kept(room, .ended)
    }
    #expect(live.words.text == "Ruth" && live.figures.engine == "script")
    let path = "/api/recordings/\(spoken.id)/words"
    #expect(try await room.rep.get(path, json: true).text.contains(#""text":"Ruth""#))
    #expect(try await room.manager.get(path, json: true).status == .forbidden)
    let page = try await room.rep.get("/notes/\(spoken.note)").text
    #expect(page.contains("Ruth") && page.contains("Heard live, as you spoke."))
    #expect(try room.store.drafts.find(spoken.note)?.text == "")
  }

  @Test("who opens the recorder's page has the engine started", .timeLimit(.minutes(10))) func prepared() async throws {
    let room = try room(Self.script())
    let desk = try #require(room.services.live)
    let running = Task { try await desk.run() }
    #expect(try await room.nobody.get("/record").status != .ok)
    #expect(try await room.rep.get("/record").status == .ok)
    while room.services.configuration.live?.engine == nil { try await Task.sleep(for: .milliseconds(5)) }
    running.cancel()
    try await running.value
  }

  @Test("where no transcript is to come, the words are the note's", .timeLimit(.minutes(10))) func alone() async throws
  {
    let room = try room(Self.script(), makesTranscripts: false)
    _ = try await listening(room) {
      try await speak(room.rep, parts: 0..<3)
      return try await kept(room, .ended)
    }
    #expect(try room.store.drafts.find(spoken.note)?.text == "Ruth")
  }

  @Test("a server that starts again hears from where words end, and goes on with them", .timeLimit(.minutes(10)))
  func again() async throws {
    let first = try room(Self.script(parts: 1))
    _ = try await listening(first) {
      try await speak(first.rep, parts: 0..<1, finish: false)
      return try await kept(first, .live, words: "Ruth")
    }
    let second = try room(Self.script(parts: 2, word: " Ann"), folder: first.folder)
    let rep = try await second.browser(cookie: first.rep.cookie ?? "")
    let live = try await listening(second) {
      try await speak(rep, parts: 0..<3)
      return try await kept(second, .ended)
    }
    #expect(live.words.text == "Ruth Ann")
    #expect(live.words.heardUntil == 0.125)
  }

  @Test("what comes long after it was spoken is a gap, not a word", .timeLimit(.minutes(10))) func late() async throws {
    let script = """
      \(Self.ears)
      echo '{"type":"ready"}'; hear 2000
      echo '{"type":"committed","session":1,"words":[{"start":0.01,"end":0.0625,"word":" Ruth","probability":1}]}'
      hear_end; echo '{"type":"ended","session":1}'; cat >/dev/null
      """
    let room = try room(script)
    let live = try await listening(room) {
      try await speak(room.rep, parts: 0..<1, of: "?of=1", finish: false)
      _ = try await kept(room, .live, words: "Ruth")
      try await speak(room.rep, parts: 1..<3, of: "?of=100")
      return try await kept(room, .ended)
    }
    #expect(live.words.phrases.map(\.text) == ["Ruth", ""])
    #expect(live.words.phrases.last?.start == 0.0625 && live.words.phrases.last?.end == 0.1875)
    #expect(live.figures.dropouts == 1)
  }

  @Test("parts that come without the one before them are heard from the disk", .timeLimit(.minutes(10)))
  func outOfOrder() async throws {
    let room = try room(Self.script())
    let live = try await listening(room) {
      try await speak(room.rep, parts: 2..<3, finish: false)
      try await speak(room.rep, parts: 0..<2)
      return try await kept(room, .ended)
    }
    #expect(live.words.text == "Ruth")
  }

  @Test("parts that did not come to those who hear are heard from the clip", .timeLimit(.minutes(10)))
  func fromTheClip() async throws {
    let room = try room(Self.script())
    let deaf = try await CockpitRoom(folder: room.folder).browser(cookie: room.rep.cookie ?? "")
    let live = try await listening(room) {
      try await speak(room.rep, parts: 0..<1, finish: false)
      try await speak(deaf, parts: 1..<2, finish: false)
      try await speak(room.rep, parts: 2..<3)
      return try await kept(room, .ended)
    }
    #expect(live.words.text == "Ruth" && live.figures.dropouts == 0)
  }

  @Test("more sound than may wait is told as a gap", .timeLimit(.minutes(10))) func dropped() async throws {
    let long = SpokenParts(count: 3, bytes: 1 << 20)
    let room = try room(
      #"echo '{"type":"ready"}'; head -c 12 >/dev/null; echo '{"type":"ended","session":1}'; cat >/dev/null"#)
    try await speak(room.rep, long, parts: 0..<3)
    let live = try await listening(room) { try await kept(room, of: long.note, .ended) }
    // One part fits into a minute, two don't.
    #expect(live.words.phrases.contains(.init(start: 32.768, end: 98.304, text: "")), "\(live.words)")
  }

  @Test("parts that can't be read are heard once the recording is whole", .timeLimit(.minutes(10)))
  func unread() async throws {
    let first = try room(Self.script(parts: 1), makesTranscripts: false)
    _ = try await listening(first) {
      try await speak(first.rep, parts: 0..<1, finish: false)
      return try await kept(first, .live, words: "Ruth")
    }
    let deaf = try CockpitRoom(folder: first.folder)
    try await speak(try await deaf.browser(cookie: first.rep.cookie ?? ""), parts: 1..<2, finish: false)
    let marker = first.folder.url.appending(path: "open")
    let script = Self.script(parts: 2, word: " Ann", opened: "touch '\(marker.path)'")
    let second = try room(script, folder: first.folder, makesTranscripts: false)
    let rep = try await second.browser(cookie: first.rep.cookie ?? "")
    let chunk = try #require(try first.store.recordings.chunk(1, of: spoken.id))
    let (file, aside) = (first.folder.url.appending(path: chunk.path), first.folder.url.appending(path: "aside"))
    try FileManager.default.moveItem(at: file, to: aside)
    let live = try await listening(second) {
      try await speak(rep, parts: 2..<3, finish: false)
      while access(marker.path, F_OK) != 0 { try await Task.sleep(for: .milliseconds(5)) }
      // It is tried at once, and seen by nobody.
      try await Task.sleep(for: .milliseconds(200))
      try FileManager.default.moveItem(at: aside, to: file)
      try await speak(rep, parts: 0..<0)
      return try await kept(second, .ended)
    }
    #expect(live.words.text == "Ruth Ann" && live.words.heardUntil == 0.125)
    #expect(try second.store.drafts.find(spoken.note)?.text == "Ruth Ann")
  }

  @Test("a recording that was finished while nobody heard is over at the next start", .timeLimit(.minutes(10)))
  func closedLater() async throws {
    let first = try room(Self.script(parts: 1), makesTranscripts: false)
    _ = try await listening(first) {
      try await speak(first.rep, parts: 0..<1, finish: false)
      return try await kept(first, .live, words: "Ruth")
    }
    let deaf = try CockpitRoom(folder: first.folder)
    try await speak(try await deaf.browser(cookie: first.rep.cookie ?? ""), parts: 0..<3)
    #expect(try deaf.store.live.find(spoken.note)?.state == .live)
    let second = try room(Self.script(), folder: first.folder, makesTranscripts: false)
    _ = try await listening(second) { try await kept(second, .ended) }
    #expect(try second.store.drafts.find(spoken.note)?.text == "Ruth")
  }

  @Test("without an engine there is no word, a reason, and the recording all the same", .timeLimit(.minutes(10)))
  func refused() async throws {
    let room = try room("exit \(WorkerSupervisor.unusable)")
    let live = try await listening(room) {
      // Heard before it is whole: of a recording that is a clip by then, nothing is left to be heard.
      try await speak(room.rep, parts: 0..<3, finish: false)
      let live = try await kept(room, .stopped)
      try await speak(room.rep, parts: 0..<0)
      return live
    }
    #expect(live.words.text.isEmpty && live.reason?.isEmpty == false && live.figures.finalOnly)
    let words = try await room.rep.get("/api/recordings/\(spoken.id)/words", json: true).text
    #expect(words.contains(#""notice":"none""#) && words.contains(#""phrases":[]"#))
    #expect(try room.store.clips.all().count == 1)
    #expect(try await room.rep.get("/record").text.contains("No live words on this server."))
  }
}
