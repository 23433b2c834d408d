import Foundation
import Testing

extension CommandLineTests {
  @Suite("listen")
  struct ListenTests {
    let room: Room
    let clip = Repository.clip("note006").path

    init() throws { room = try Room() }

    @Test("a recording's words come on stdout, a line a sentence, without anything drawn")
    func file() async throws {
      let outcome = try await room.run("listen", "--file", clip)
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
      #expect(outcome.err.contains("demo model"), "\(outcome)")
    }

    @Test("for machines every event is a line, and the statistics come last")
    func json() async throws {
      let outcome = try await room.run("listen", "--file", clip, "--json", with: ["STREAM_CHUNK_MS": "100"])
      expectSuccess(outcome)
      let events = try outcome.lines.map { line in
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
      let kinds = events.compactMap { $0["event"] as? String }
      #expect(kinds.count == events.count && kinds.last == "stats", "\(outcome)")
      for kind in ["partial", "committed", "endpoint"] { #expect(kinds.contains(kind), "\(outcome)") }
      let words = events.flatMap { $0["words"] as? [[String: Any]] ?? [] }.compactMap { $0["word"] as? String }
      #expect(words.joined().trimmingCharacters(in: .whitespaces) == sentence, "\(outcome)")
    }

    @Test("at real speed a recording takes as long as it lasts, and its first words come before its end")
    func realTime() async throws {
      let start = Date()
      let child = try room.start("listen", "--file", clip, "--realtime", "--json")
      try await child.says("\"event\":\"partial\"")
      let first = Date().timeIntervalSince(start)
      let outcome = try await child.finish()
      expectSuccess(outcome)
      #expect(Date().timeIntervalSince(start) > 2.5 && first < Date().timeIntervalSince(start), "\(outcome)")
    }

    @Test("Ctrl-C ends it with the words so far")
    func interrupted() async throws {
      var wave = try Wave(clip: "note006")
      wave.samples += [Float](repeating: 0, count: 16_000)
      let long = try room.write(wave.repeated(toSeconds: 60).file(), to: "long.wav")
      let child = try room.start("listen", "--file", long.path, "--realtime")
      try await child.says(sentence)
      child.signal(SIGINT)
      let outcome = try await child.finish(within: 60)
      #expect(!outcome.signalled && outcome.status == 130, "\(outcome)")
      #expect(outcome.complaints.isEmpty && outcome.out.hasSuffix("\n"), "\(outcome)")
    }

    @Test("a missing recording, a device that nobody has and wrong flags are refused")
    func refusals() async throws {
      expectRefusal(try await room.run("listen", "--file", "absent.wav"), naming: "absent.wav")
      expectMisuse(try await room.run("listen", "--realtime"), saying: "--realtime")
      expectMisuse(try await room.run("listen", "--device", "gramophone"), saying: "gramophone")
      let deaf = try await room.run("listen", "--device", "alsa:nowhere")
      #expect(deaf.status == 1 && deaf.out.isEmpty && deaf.complaints.count == 1, "\(deaf)")
      #expect(deaf.err.contains("--device"), "\(deaf)")
    }

    @Test("a terminal shows what may still change dimly, and in the end the text alone, in lines that fit")
    func terminal() async throws {
      var launch = try room.launch([])
      let command = "stty cols 20; exec \"\(launch.executable.path)\" listen --realtime --file \"\(clip)\""
      launch.executable = URL(filePath: "/usr/bin/script")
      launch.arguments = ["-qec", command, "/dev/null"]
      let outcome = try await room.start(launch).finish()
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.out.contains("\u{1B}[2m"), "\(outcome)")
      let drawn = outcome.out.components(separatedBy: "\u{1B}[J").dropFirst()
      // What was drawn and not wiped out again: full lines, then the rest.
      let kept = drawn.map { String($0.prefix(while: { $0 != "\u{1B}" })) }
      let lines = kept.flatMap { part in part.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast() }
      #expect(lines.joined(separator: " ").trimmingCharacters(in: .whitespaces) == sentence, "\(lines) \(outcome)")
      #expect(lines.allSatisfy { $0.count < 20 }, "\(lines)")
    }

    @Test("a program at the microphone that complains at length is heard on, and what it said last is the reason")
    func complaints() async throws {
      let folder = try room.makeFolder("noisy")
      let program = folder.appending(path: "ffmpeg")
      let script = "#!/bin/sh\nyes 'ALSA lib: underrun' | head -c 300000 >&2\necho 'gone for good' >&2\nexit 1\n"
      try Data(script.utf8).write(to: program)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
      let path = folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
      let outcome = try await room.run("listen", "--device", "alsa:noisy", with: ["PATH": path])
      #expect(outcome.status == 1 && outcome.err.contains("gone for good"), "\(outcome)")
    }

    @Test("a microphone's words come as they are spoken, and Ctrl-C ends it well")
    func microphone() async throws {
      let server = try await SoundServer(room)
      let child = try room.start(
        "listen", "--json", "--device", "pulse:speaker.monitor", with: ["PULSE_SERVER": server.address])
      try server.playOnceHeard(clip)
      try await child.says("\"event\":\"endpoint\"")
      child.signal(SIGINT)
      let outcome = try await child.finish()
      expectSuccess(outcome)
      #expect(outcome.out.contains("\"event\":\"committed\"") && outcome.out.contains("\"stats\""), "\(outcome)")
    }
  }
}

/// A PulseAudio of this test alone: a loudspeaker that nobody hears, and what is played to it as a microphone.
struct SoundServer {
  let address: String
  private let room: Room
  private let environment: [String: String]

  init(_ room: Room) async throws {
    self.room = room
    let folder = try room.makeFolder("pulse")
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    let socket = folder.appending(path: "native").path
    address = "unix:" + socket
    environment = [
      "HOME": folder.path, "XDG_RUNTIME_DIR": folder.path, "XDG_CONFIG_HOME": folder.path,
      "PULSE_RUNTIME_PATH": folder.path, "PULSE_SERVER": address,
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    ]
    // The shell keeps open what PulseAudio closes first of all: by that descriptor Foundation knows that a child
    // lives. The room ends both; should it not, PulseAudio ends itself. A server must not be told of a server.
    var own = environment
    own["PULSE_SERVER"] = nil
    _ = try room.start(
      Launch(
        executable: URL(filePath: "/bin/sh"),
        arguments: [
          "-c", "\"$0\" \"$@\" & wait", try Self.program("pulseaudio").path, "-n", "--daemonize=no",
          "--exit-idle-time=120", "--use-pid-file=no", "--disable-shm=yes",
          "--load=module-native-protocol-unix auth-anonymous=1 socket=\(socket)",
          "--load=module-null-sink sink_name=speaker rate=16000 channels=1",
        ], environment: own, folder: folder))
    guard try await eventually(within: 60, { FileManager.default.fileExists(atPath: socket) }) else {
      throw Failure("PulseAudio did not start: no \(socket)")
    }
  }

  private static func program(_ name: String) throws -> URL {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let found = path.split(separator: ":").map { URL(filePath: String($0)).appending(path: name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    guard let found else { throw Failure("no \(name) on PATH. Run scripts/install-test-needs.") }
    return found
  }

  /// Plays a recording as soon as somebody records; doesn't wait for it.
  func playOnceHeard(_ recording: String) throws {
    let script =
      "until pactl list short source-outputs | grep -q .; do sleep 0.1; done; exec paplay --device=speaker \"$0\""
    _ = try room.start(
      Launch(
        executable: URL(filePath: "/bin/sh"), arguments: ["-c", script, recording], environment: environment,
        folder: room.work))
  }
}
