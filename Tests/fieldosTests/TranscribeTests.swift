import Foundation
import Testing

extension CommandLineTests {
  @Suite("transcribe")
  struct TranscribeTests {
    let room: Room
    let clip = Repository.clip("note006").path

    init() throws { room = try Room() }

    @Test("a clip gives its text alone on stdout, and stderr says that the demo model ran")
    func text() async throws {
      let outcome = try await room.run("transcribe", clip)
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
      #expect(outcome.err.contains("demo model"), "\(outcome)")
    }

    @Test("the kernels that are asked for give the same text; unknown ones are named with those that are there")
    func kernel() async throws {
      let outcome = try await room.run("transcribe", clip, "--kernel", "scalar")
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
      let unknown = try await room.run("transcribe", clip, "--kernel", "mmx")
      #expect(unknown.status == 1 && unknown.complaints.count == 1, "\(unknown)")
      #expect(unknown.err.contains("'mmx'") && unknown.err.contains("scalar"), "\(unknown)")
    }

    @Test("a short context is asked for by name")
    func audioContext() async throws {
      let outcome = try await room.run("transcribe", clip, "--audio-context", "adaptive")
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
      let unknown = try await room.run("transcribe", clip, "--audio-context", "tiny")
      #expect(unknown.status == 2, "\(unknown)")
    }

    @Test("nothing is drawn into a pipe")
    func pipe() async throws {
      var launch = try room.launch([])
      launch.arguments = ["-c", #""$0" transcribe "$1" 2>&1 | cat"#, launch.executable.path, clip]
      launch.executable = URL(filePath: "/bin/sh")
      let outcome = try await room.start(launch).finish()
      #expect(outcome.out.contains(sentence), "\(outcome)")
      for mark in ["\r", "█", "\u{1b}["] { #expect(!outcome.out.contains(mark), "\(outcome)") }
    }

    @Test("a result that cannot be written is a failure")
    func fullOutput() async throws {
      var launch = try room.launch([])
      launch.arguments = ["-c", #""$0" transcribe "$1" >/dev/full"#, launch.executable.path, clip]
      launch.executable = URL(filePath: "/bin/sh")
      let outcome = try await room.start(launch).finish()
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)")
      #expect(outcome.complaints.count == 1, "\(outcome)")
    }

    @Test("a bad file among good ones is reported and does not stop the others")
    func severalFiles() async throws {
      let missing = room.work.appending(path: "absent.wav").path
      let outcome = try await room.run("transcribe", clip, missing, Repository.clip("note005").path)
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)")
      #expect(outcome.out.contains(sentence) && outcome.lines.count >= 2, "\(outcome)")
      #expect(outcome.complaints.count == 1 && outcome.complaints[0].contains("absent.wav"), "\(outcome)")
    }

    @Test("two bad files give a line each")
    func twoBadFiles() async throws {
      let outcome = try await room.run("transcribe", "one.wav", "two.wav")
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)")
      #expect(outcome.complaints.count == 2, "\(outcome)")
    }

    @Test(
      "the search's options leave the text alone",
      arguments: [
        ["--beam-size", "1"], ["--language", "en"], ["--threads", "1"], ["--compute-type", "float32"],
        ["--compute-type", "int8", "--beam-size", "3", "--threads", "2"],
        ["--model", Repository.demoModel.path],
      ])
    func options(options: [String]) async throws {
      let outcome = try await room.start(room.launch(["transcribe", clip] + options)).finish()
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
    }

    @Test("float16 runs as float32 and says so")
    func float16() async throws {
      let outcome = try await room.run("transcribe", clip, "--compute-type", "float16")
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
      #expect(outcome.err.contains("runs as float32"), "\(outcome)")
    }

    @Test("a device that is not there warns with a remedy and transcribes on the CPU")
    func cuda() async throws {
      let outcome = try await room.run("transcribe", clip, with: ["FIELDOS_WHISPER_DEVICE": "cuda"])
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
      let warnings = outcome.errorLines.filter { $0.contains("cuda") }
      #expect(warnings.count == 1 && warnings[0].contains("FIELDOS_WHISPER_"), "\(outcome)")
    }
  }
}
