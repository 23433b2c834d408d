import Foundation
import FoundationNetworking
import Testing

extension CommandLineTests {
  /// `fieldos serve` with the demo model, over real HTTP.
  @Suite("the transcription server")
  struct ServeTests {
    let room: Room

    init() throws { room = try Room() }

    private func serve(with environment: [String: String?] = [:]) async throws -> (child: Child, url: String) {
      let child = try room.start("serve", "--port", "0", with: environment)
      try await child.says("engine: ready", within: 60)
      guard let match = try /serving (http:\S+)/.firstMatch(in: child.out) else {
        throw Failure("no address: \(child.out)")
      }
      return (child, String(match.1))
    }

    private func post(
      _ url: String, _ clip: URL, _ fields: [(String, String)] = [], key: String? = nil
    ) async throws -> (status: Int, text: String) {
      var body = Data()
      for (name, value) in fields {
        body += Data("--XX\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
      }
      body += Data("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"clip\"\r\n\r\n".utf8)
      body += try Data(contentsOf: clip) + Data("\r\n--XX--\r\n".utf8)
      guard let address = URL(string: url + "/audio/transcriptions") else { throw Failure("no address: \(url)") }
      var request = URLRequest(url: address)
      request.httpMethod = "POST"
      request.httpBody = body
      request.setValue("multipart/form-data; boundary=XX", forHTTPHeaderField: "Content-Type")
      if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
      let (data, response) = try await URLSession.shared.data(for: request)
      return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }

    @Test(
      "what is served is what transcribe prints, byte for byte",
      arguments: [
        ("text", []), ("srt", []), ("vtt", []), ("verbose_json", []), ("verbose_json", ["word"]),
        ("verbose_json", ["prompt"]), ("verbose_json", ["temperature"]),
      ])
    func equal(format: String, more: [String]) async throws {
      let (_, url) = try await serve()
      var (fields, flags) = ([("response_format", format)], ["--format", format])
      if more.contains("word") {
        fields.append(("timestamp_granularities[]", "word"))
        flags.append("--word-timestamps")
      }
      if more.contains("prompt") {
        fields += [("prompt", "Valley Church"), ("language", "en"), ("hotwords", "Terrence")]
        flags += ["--initial-prompt", "Valley Church", "--language", "en", "--hotwords", "Terrence"]
      }
      if more.contains("temperature") {
        fields.append(("temperature", "0.4"))
        flags += ["--temperature", "0.4"]
      }
      for name in ["note006", "note007"] {
        let clip = Repository.clip(name)
        let printed = try await room.start(room.launch(["transcribe", clip.path] + flags)).finish()
        expectSuccess(printed)
        let served = try await post(url, clip, fields)
        #expect(served.status == 200 && served.text == printed.out, "\(served)\n\(printed)")
      }
    }

    @Test("requests at the same time have the text that each has alone") func together() async throws {
      let (_, url) = try await serve()
      let names = ["note006", "note007", "note006", "note007", "note006", "note007"]
      var alone: [String: String] = [:]
      for name in Set(names) {
        alone[name] = try await post(url, Repository.clip(name), [("response_format", "verbose_json")]).text
      }
      try await withThrowingTaskGroup(of: (String, String).self) { group in
        for name in names {
          group.addTask {
            (name, try await post(url, Repository.clip(name), [("response_format", "verbose_json")]).text)
          }
        }
        for try await (name, text) in group { #expect(text == alone[name], "\(name)") }
      }
    }

    @Test("a killed engine costs a retry, not the request and not the server") func killed() async throws {
      let (child, url) = try await serve()
      for _ in 1...2 {
        let pids = ProcessTable.children(of: child.pid)
        #expect(pids.count == 1)
        async let served = post(url, Repository.clip("note006"), [("response_format", "text")])
        for pid in pids { kill(pid, SIGKILL) }
        let (status, text) = try await served
        #expect(status == 200 && text == sentence + "\n", "\(text)")
      }
      #expect(child.isRunning)
      child.signal(SIGTERM)
      expectSuccess(try await child.finish())
      #expect(!FileManager.default.fileExists(atPath: room.data.appending(path: "api_spool/\(child.pid)").path))
    }

    @Test("keys are made, asked for, listed without themselves, and revoked while it serves") func keys() async throws {
      let (_, url) = try await serve()
      let clip = Repository.clip("note006")
      #expect(try await post(url, clip).status == 200)
      let added = try await room.run("keys", "add", "dictation", "--scope", "transcribe")
      #expect(added.status == 0 && added.out.hasPrefix("fos_") && added.lines.count == 1, "\(added)")
      let key = added.lines[0]
      #expect(try await post(url, clip).status == 401)
      #expect(try await post(url, clip, key: key).status == 200)
      let list = try await room.run("keys", "list")
      #expect(list.out.contains("dictation") && list.out.contains("good") && !list.out.contains(key), "\(list)")
      let id = try #require(list.lines.last?.split(separator: " ").first.map(String.init))
      expectSuccess(try await room.run("keys", "revoke", id))
      #expect(try await post(url, clip, key: key).status == 401)
      expectMisuse(try await room.run("keys", "revoke", "ffffff"), saying: "no such key")
      expectMisuse(try await room.run("keys", "add", "x", "--scope", "everything"), saying: "known")
    }

    @Test("a taken port and a model that is none are refused in one line") func refused() async throws {
      let taken = try TakenPort()
      expectRefusal(try await room.run("serve", "--port", "\(taken.port)"), naming: "--port")
      expectRefusal(try await room.run("serve", "--port", "0", "--model", "nowhere"), naming: "nowhere")
      expectMisuse(
        try await room.run("serve", with: ["FIELDOS_API_MAX_BYTES": "none"]), saying: "FIELDOS_API_MAX_BYTES")
      for bytes in ["1M", "much", "-2G", "0"] {
        expectMisuse(
          try await room.run("serve", with: ["FIELDOS_API_MODEL_MEMORY": bytes]), saying: "FIELDOS_API_MODEL_MEMORY")
      }
    }
  }
}
