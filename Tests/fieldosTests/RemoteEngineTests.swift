import Foundation
import SpeechEngine
import Testing

extension CommandLineTests {
  /// Final transcripts by way of `fieldos serve` of another data folder.
  @Suite("speech servers")
  struct RemoteEngineTests {
    let room: Room
    /// The server's.
    let other: Room
    let clip = Repository.clip("note006").path

    init() throws { (room, other) = (try Room(), try Room()) }

    /// - Returns: its address.
    func serve() async throws -> String {
      let child = try other.start("serve", "--port", "0")
      try await child.says("engine: ready", within: 60)
      guard let match = try /serving (http:\S+)/.firstMatch(in: child.out) else {
        throw Failure("no address: \(child.out)")
      }
      return String(match.1)
    }

    private func columns(_ names: String, of room: Room) throws -> String {
      try #require(try room.store.rows("SELECT \(names) FROM transcripts").first)
    }

    @Test("a server's transcript is this machine's own: words, segments, language, confidence")
    func equal() async throws {
      let url = try await serve()
      let outcome = try await room.run("worker", "--clip", clip, with: ["FIELDOS_WHISPER_ENDPOINT": url])
      expectSuccess(outcome)
      #expect(outcome.out.contains("device=not-told servers=127.0.0.1:"), "\(outcome)")
      #expect(outcome.err.contains("recordings are sent to 127.0.0.1:"), "\(outcome)")
      let alone = try Room()
      expectSuccess(try await alone.run("worker", "--clip", clip))
      let names = "text, language, confidence, audio_seconds"
      #expect(try columns(names, of: room) == columns(names, of: alone))
      let segments = try [room, alone].map {
        try JSONDecoder().decode([Segment].self, from: Data(columns("segments", of: $0).utf8))
      }
      #expect(segments[0] == segments[1] && segments[0].first?.words?.isEmpty == false)
      let recorded = try columns("engine, model, compute_type", of: room)
      #expect(recorded.contains(/^remote\|whisper-1 at 127\.0\.0\.1:\d+\|not-told$/), "\(recorded)")
    }

    @Test("up hands its servers to its worker, and the device is recorded as what was set") func up() async throws {
      let url = try await serve()
      expectSuccess(try await room.run("ingest", clip))
      let environment = ["FIELDOS_WHISPER_ENDPOINT": url, "FIELDOS_WHISPER_DEVICE": "cuda"]
      _ = try await room.run("up", "--once", "--final-worker", with: environment)
      #expect(try columns("engine, compute_type", of: room) == "remote|cuda-as-set")
    }

    @Test("where no server answers this machine hears the recording, and says so; without a model it waits")
    func fallback() async throws {
      let gone = "http://127.0.0.1:\(try Loopback.closedPort())"
      let environment = ["FIELDOS_WHISPER_ENDPOINT": gone, "FIELDOS_WHISPER_MODEL": "demo-en"]
      let outcome = try await room.run("worker", "--clip", clip, with: environment)
      expectSuccess(outcome)
      #expect(outcome.lines.contains("     " + sentence), "\(outcome)")
      #expect(outcome.err.contains("gave no answer (Connection refused)"), "\(outcome)")
      #expect(outcome.err.contains("note006.wav: no speech server could be used: heard on this machine"), "\(outcome)")
      #expect(try columns("engine, model", of: room) == "native|demo-en")
      let alone = try Room()
      let up = try alone.start("worker", "--clip", clip, with: ["FIELDOS_WHISPER_ENDPOINT": gone])
      let isTold = try await eventually { up.err.contains("left out for a while") || !up.isRunning }
      #expect(isTold && up.isRunning && up.err.contains("no model here stands in"), "\(up.err)")
      up.signal(SIGTERM)
      _ = try await up.finish(within: 30)
      #expect(try alone.store.rows("SELECT state, attempts FROM jobs") == ["available|0"])
    }

    @Test("a server whose certificate nobody here vouches for is not used") func untrusted() async throws {
      expectSuccess(try await other.run("cert", "--host", "localhost"))
      let tls = other.data.appending(path: "tls")
      let up = try other.start(
        "up", "--api",
        with: [
          "FIELDOS_TLS_CERT": tls.appending(path: "server.crt").path,
          "FIELDOS_TLS_KEY": tls.appending(path: "server.key").path,
        ])
      try await up.says("open https://127.0.0.1:", within: 60)
      let port = try #require(try /open https:\/\/127\.0\.0\.1:(\d+)/.firstMatch(in: up.out)).1
      let outcome = try await room.run(
        "worker", "--clip", clip,
        with: ["FIELDOS_WHISPER_ENDPOINT": "https://localhost:\(port)", "FIELDOS_WHISPER_MODEL": "demo-en"])
      expectSuccess(outcome)
      #expect(outcome.err.contains("its certificate is not one that this machine trusts"), "\(outcome)")
      #expect(try columns("engine", of: room) == "native")
    }

    @Test("addresses and keys that are none are refused with the variable's name") func refused() async throws {
      for (name, value) in [
        ("FIELDOS_WHISPER_ENDPOINT", "ftp://gpu"), ("FIELDOS_WHISPER_ENDPOINT", "http://user:word@gpu/v1"),
        ("FIELDOS_WHISPER_API_KEY", "a,b,c"), ("FIELDOS_WHISPER_API_KEY", "two words"),
        ("FIELDOS_WHISPER_MAX_BYTES", "many"),
      ] {
        var environment = ["FIELDOS_WHISPER_ENDPOINT": "http://127.0.0.1:1,http://127.0.0.1:2"]
        environment[name] = value
        expectMisuse(try await room.run("worker", with: environment), saying: name)
      }
    }

    @Test("transcribe --endpoint prints what a server hears") func transcribe() async throws {
      let url = try await serve()
      for format in ["txt", "srt", "verbose_json"] {
        let near = try await room.run("transcribe", clip, "--format", format, "--word-timestamps")
        let far = try await room.run("transcribe", clip, "--format", format, "--endpoint", url)
        expectSuccess(far)
        #expect(far.out == near.out, "\(far)")
      }
      let gone = "http://127.0.0.1:\(try Loopback.closedPort())"
      expectRefusal(try await room.run("transcribe", clip, "--endpoint", gone), naming: "Connection refused")
    }
  }
}

/// Each way in which the servers that are set can be of no use.
extension CommandLineTests.DoctorTests {
  @Test("speech servers: good ones are named; one that is gone, refuses the key or lacks the model is told")
  func speechServers() async throws {
    let other = try CommandLineTests.RemoteEngineTests()
    let url = try await other.serve()
    func set(_ more: [String: String?]) -> [String: String?] { ["FIELDOS_WHISPER_ENDPOINT": url].merging(more) { $1 } }
    let good = try await room.run("doctor", with: set([:]))
    #expect(good.status == 0 && good.out.contains(/✓ speech servers +127\.0\.0\.1:/), "\(good)")
    let check = "speech servers"
    let gone = "http://127.0.0.1:\(try Loopback.closedPort())"
    let variable = "FIELDOS_WHISPER_ENDPOINT"
    try await expect(check, "warning", remedy: variable, with: [variable: "\(url),\(gone)"])
    try await expect(check, "failure", remedy: variable, with: [variable: gone])
    let own = ["FIELDOS_WHISPER_MODEL": "demo-en"]
    try await expect(check, "warning", remedy: variable, with: own.merging([variable: gone]) { $1 })
    try await expect(
      check, "failure", remedy: "FIELDOS_WHISPER_REMOTE_MODEL", with: set(["FIELDOS_WHISPER_REMOTE_MODEL": "huge"]))
    try await expect(check, "failure", remedy: "variable", with: set(["FIELDOS_WHISPER_MAX_BYTES": "many"]))
    let key = try await other.other.run("keys", "add", "worker", "--scope", "transcribe").lines[0]
    try await expect(
      check, "failure", remedy: "FIELDOS_WHISPER_API_KEY", with: set(["FIELDOS_WHISPER_API_KEY": "wrong"]))
    let keyed = try await room.run("doctor", with: set(["FIELDOS_WHISPER_API_KEY": key]))
    #expect(keyed.status == 0 && !keyed.out.contains(key), "\(keyed)")
  }
}
