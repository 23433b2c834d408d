import Domain
import Foundation
import SpeechEngine
import Storage
import Synchronization
import TestSupport
import Testing
import Transcription

@Suite("Speech servers at work", .timeLimit(.minutes(10))) struct RemoteWorkTests {
  private let room: RemoteRoom

  init() throws { room = try RemoteRoom() }

  private func posts(_ server: FaultyServer) -> [FaultyServer.Request] { server.asked.filter { $0.method == "POST" } }

  private func form(_ request: FaultyServer.Request) -> String { String(decoding: request.body, as: UTF8.self) }

  @Test("the stored file is sent as it is, with the key and what the options say") func asked() async throws {
    let (clip, _) = try room.addClip()
    let server = try RemoteRoom.good()
    var options = TranscriptionOptions()
    (options.language, options.initialPrompt, options.hotwords) = ("de", .text("Valley Church"), "Terrence")
    try await room.attempt([server], key: "sk-secret", options: options)
    let request = try #require(posts(server).first)
    #expect(request.path == "/v1/audio/transcriptions" && request.headers["authorization"] == "Bearer sk-secret")
    #expect(request.body.count == Int(request.headers["content-length"] ?? ""))
    for (name, value) in [
      ("model", "whisper-1"), ("response_format", "verbose_json"), ("timestamp_granularities[]", "word"),
      ("timestamp_granularities[]", "segment"), ("language", "de"), ("prompt", "Valley Church"),
      ("hotwords", "Terrence"),
    ] { #expect(form(request).contains("name=\"\(name)\"\r\n\r\n\(value)\r\n"), "\(name)") }
    #expect(form(request).contains("filename=\"audio.wav\""))
    let stored = try Data(contentsOf: room.folder.url.appending(path: clip.path))
    #expect(request.body.range(of: stored) != nil)
    #expect(try room.store.transcripts.find(clip.id)?.language == "de")
  }

  @Test("a recording of a kind that servers don't take goes as WAV") func converted() async throws {
    let (clip, _) = try room.addClip(suffix: "amr")
    let server = try RemoteRoom.good()
    try await room.attempt([server])
    let request = try #require(posts(server).first)
    #expect(form(request).contains("filename=\"audio.wav\""))
    #expect(request.body.range(of: try Data(contentsOf: room.folder.url.appending(path: clip.path))) != nil)
  }

  @Test("a recording that one upload can't hold goes in pieces, each told what was said before; times are of the whole")
  func pieces() async throws {
    let (clip, _) = try room.addClip(seconds: 50)
    let server = try RemoteRoom.good()
    var limits = RemoteRoom.limits
    limits.uploadBytes = 640_044
    try await room.attempt([server], limits: limits)
    let asked = posts(server)
    #expect(asked.count > 2)
    #expect(!form(asked[0]).contains("name=\"prompt\""))
    #expect(form(asked[1]).contains("name=\"prompt\"\r\n\r\nHello there.\r\n"))
    let heard = try #require(try room.store.transcripts.find(clip.id))
    #expect(heard.text == Array(repeating: "Hello there.", count: asked.count).joined(separator: " "))
    let segments = try JSONDecoder().decode([Segment].self, from: Data(heard.segmentsJSON.utf8))
    #expect(segments.map(\.id) == Array(1...asked.count) && segments[0].start == 0)
    for (one, next) in zip(segments, segments.dropFirst()) { #expect((10.0...20).contains(next.start - one.start)) }
    #expect(segments[1].words?.first?.start == segments[1].start)
  }

  @Test("words come into their segments with their blanks, and the confidence is the engine's") func words()
    async throws
  {
    let (clip, _) = try room.addClip()
    let server = try RemoteRoom.good()
    try await room.attempt([server])
    let heard = try #require(try room.store.transcripts.find(clip.id))
    let segment = try #require(try JSONDecoder().decode([Segment].self, from: Data(heard.segmentsJSON.utf8)).first)
    #expect(segment.words?.map(\.word) == [" Hello", " there."] && segment.words?.map(\.probability) == [0.9, 0.8])
    #expect(abs(heard.confidence - exp(-0.25)) < 1e-6 && heard.language == "en" && heard.audioSeconds == 2)
    #expect(!room.told.all.contains { $0.contains("confidence") })
  }

  private static let measures: [(String, [String]?, Double, String)] = [
    (#","avg_logprob":-0.5"#, nil, exp(-0.5), "weighed by the length"),
    ("", [#"{"word":"Hello.","start":0,"end":1,"probability":0.64}"#], 0.64, "the mean of its words'"),
    ("", [#"{"word":"Hello.","start":0,"end":1}"#], 0, "recorded as 0"), ("", nil, 0, "recorded as 0"),
  ]

  @Test("what a server does not tell is not made up, and what the confidence is made of is said", arguments: measures)
  func measure(more: String, words: [String]?, confidence: Double, said: String) async throws {
    let (clip, _) = try room.addClip()
    let segment = #"{"start":0,"end":1,"text":"Hello."\#(more)}"#
    let server = try RemoteRoom.server(.init(200, body: RemoteRoom.answer(segments: [segment], words: words)))
    try await room.attempt([server])
    let heard = try #require(try room.store.transcripts.find(clip.id))
    #expect(heard.text == "Hello." && abs(heard.confidence - confidence) < 1e-6)
    #expect(room.told.all.contains { $0.contains(said) }, "\(room.told.all)")
  }

  @Test("a server that asks for a pause gets it") func retryAfter() async throws {
    let (clip, _) = try room.addClip()
    let times = Mutex<[ContinuousClock.Instant]>([])
    let server = try FaultyServer { _ in
      let isFirst = times.withLock { times in
        times.append(.now)
        return times.count == 1
      }
      return isFirst ? .init(429, headers: ["Retry-After": "1"]) : .init(200, body: RemoteRoom.hello)
    }
    var limits = RemoteRoom.limits
    limits.waitWithFallback = .seconds(60)
    try await room.attempt([server], limits: limits, hasFallback: true)
    #expect(try room.store.transcripts.find(clip.id)?.engine == "remote")
    let asked = times.withLock { $0 }
    #expect(asked.count == 2 && asked[1] - asked[0] >= .seconds(1))
  }

  @Test("a server that failed shows that it is back before it gets a recording", arguments: [200, 403, 404])
  func probe(status: Int) async throws {
    let (clip, _) = try room.addClip()
    let count = Mutex(0)
    let server = try FaultyServer { request in
      if request.method == "GET" { return .init(status, body: Data(#"{"data":[]}"#.utf8)) }
      let isFirst = count.withLock { count in
        count += 1
        return count == 1
      }
      return isFirst ? .init(500) : .init(200, body: RemoteRoom.hello)
    }
    var limits = RemoteRoom.limits
    limits.waitAlone = .seconds(60)
    try await room.attempt([server], limits: limits)
    #expect(try room.store.transcripts.find(clip.id)?.text == "Hello there.")
    #expect(server.asked.map(\.method) == ["POST", "GET", "POST"])
    #expect(room.told.all.contains { $0.hasPrefix("recovered") })
  }

  @Test("recordings that wait go to the least busy server") func spread() async throws {
    for digit in "abcd" { try room.addClip(digit) }
    // Nobody answers before both have been asked twice.
    let both = NSCondition()
    let counts = Mutex([0, 0])
    let servers = try [0, 1].map { index in
      try FaultyServer { _ in
        both.withLock {
          counts.withLock { $0[index] += 1 }
          both.broadcast()
          let limit = Date(timeIntervalSinceNow: 30)
          while counts.withLock({ $0 != [2, 2] }), both.wait(until: limit) {}
        }
        return .init(200, body: RemoteRoom.hello)
      }
    }
    try await room.attempt(servers, count: 4)
    #expect(servers.map(\.asked.count) == [2, 2], "\(room.told.all)")
    #expect(try room.store.jobs.counts()[.completed] == 4)
  }

  /// A server that never ends its answers, and tells when a client has gone.
  private func stalling() throws -> (server: FaultyServer, asked: AsyncStream<Void>, gone: AsyncStream<Void>) {
    let (asked, isAsked) = AsyncStream<Void>.makeStream()
    let (gone, isGone) = AsyncStream<Void>.makeStream()
    let server = try FaultyServer { _ in
      isAsked.yield()
      var answer = FaultyServer.Answer(200, body: RemoteRoom.hello)
      (answer.stallAfter, answer.whenGone) = (10, { isGone.yield() })
      return answer
    }
    return (server, asked, gone)
  }

  @Test("the slower of two requests is cancelled, and the slow server told of") func slower() async throws {
    try room.addClip()
    let (slow, _, gone) = try stalling()
    let good = try RemoteRoom.good()
    var limits = RemoteRoom.limits
    (limits.hedge, limits.hedgeShare) = (.milliseconds(1), 0)
    try await room.attempt([slow, good], limits: limits)
    for await _ in gone { break }
    #expect(room.told.all.contains { $0.hasPrefix("hedged") }, "\(room.told.all)")
    #expect(room.told.all.contains { $0.hasPrefix("trouble") && $0.contains("tooSlow") }, "\(room.told.all)")
  }

  @Test("a job that a person withdraws ends its request") func withdrawn() async throws {
    let (_, job) = try room.addClip()
    let (server, asked, gone) = try stalling()
    let worker = try room.worker([server])
    let run = Task { try await worker.run(stopWhenIdle: false) }
    for await _ in asked { break }
    _ = try room.store.jobs.cancel(job.id, by: "Ann").get()
    for await _ in gone { break }
    run.cancel()
    _ = try await run.value
    #expect(try room.store.jobs.find(job.id)?.state == .cancelled)
  }

  @Test("a worker that is stopped ends its requests and gives its jobs back") func stopped() async throws {
    let (_, job) = try room.addClip()
    let (server, asked, gone) = try stalling()
    let worker = try room.worker([server])
    let run = Task { try await worker.run(stopWhenIdle: false) }
    for await _ in asked { break }
    run.cancel()
    _ = try await run.value
    for await _ in gone { break }
    let given = try #require(try room.store.jobs.find(job.id))
    #expect(given.state == .available && given.attempts == 0)
  }

  @Test("a key that a server repeats is in no error and no line") func secret() async throws {
    let (_, job) = try room.addClip()
    let key = "sk-secret-0123456789"
    let server = try FaultyServer { request in
      let sent = request.headers["authorization"] ?? ""
      return .init(400, body: Data(#"{"error":{"message":"bad file for \#(sent)"}}"#.utf8))
    }
    try await room.attempt([server], key: key)
    let error = try #require(try room.store.jobs.find(job.id)?.lastError)
    #expect(error.contains("bad file for Bearer …"), "\(error)")
    #expect(!(room.told.all + [error]).contains { $0.contains(key) })
  }

  @Test("a file that is no recording is its own fault, and no server is asked") func noAudio() async throws {
    let (clip, job) = try room.addClip()
    try Data("no sound".utf8).write(to: room.folder.url.appending(path: clip.path))
    let server = try RemoteRoom.good()
    try await room.attempt([server], hasFallback: true)
    #expect(posts(server).isEmpty)
    #expect(try room.store.jobs.find(job.id)?.lastError?.contains("notAudio") == true)
  }
}
