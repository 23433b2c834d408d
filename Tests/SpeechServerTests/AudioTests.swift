import Foundation
import Hummingbird
import SpeechEngine
import SpeechServer
import TestSupport
import Testing

@Suite("The audio API", .timeLimit(.minutes(10)))
struct AudioTests {
  @Test("each format is answered as OpenAI does") func formats() async throws {
    try await SpeechRoom.serving { room in
      let json = try await room.post()
      #expect(json.status == 200 && json.headers["content-type"] == "application/json")
      #expect(json.json["text"] as? String == "isTranslation:false,wordTimestamps:false Done.")
      #expect((json.json["usage"] as? [String: Any])?["seconds"] as? Int == 2)
      #expect(json.headers["x-request-id"]?.hasPrefix("req_") == true)
      let text = try await room.post("/audio/transcriptions", [("response_format", "text")])
      #expect(text.text == "isTranslation:false,wordTimestamps:false Done.\n")
      let srt = try await room.post("/audio/transcriptions", [("response_format", "srt")])
      #expect(srt.text.hasPrefix("1\n00:00:00,000 --> 00:00:01,000\n") && srt.text.contains("\n2\n"))
      let vtt = try await room.post("/audio/transcriptions", [("response_format", "vtt")])
      #expect(vtt.text.hasPrefix("WEBVTT\n\n") && vtt.headers["content-type"]?.hasPrefix("text/vtt") == true)
      let verbose = try await room.post("/audio/transcriptions", [("response_format", "verbose_json")])
      #expect(verbose.json["language"] as? String == "english" && verbose.json["task"] as? String == "transcribe")
      #expect((verbose.json["segments"] as? [[String: Any]])?.count == 2)
    }
  }

  private static let wishes: [((String, String), String)] = [
    (("language", "de"), "language:de"), (("language", "German"), "language:de"),
    (("language", "de-AT"), "language:de"), (("languages[]", "fr"), "language:fr"),
    (("prompt", "Mulch"), "prompt:Mulch"), (("hotwords", "Terrence"), "hotwords:Terrence"),
    (("keywords[]", "Terrence"), "hotwords:Terrence"), (("temperature", "0.5"), "temperature:0.5"),
    (("chunking_strategy", "auto"), "speech:{}"),
    (
      (
        "chunking_strategy",
        #"{"type":"server_vad","threshold":0.25,"prefix_padding_ms":100,"silence_duration_ms":700}"#
      ),
      "speech:{padding:100,silence:700,threshold:0.25}"
    ), (("unheard_of", "1"), "wordTimestamps:false"),
  ]

  @Test("every field reaches the engine", arguments: wishes)
  func fields(field: (String, String), expected: String) async throws {
    try await SpeechRoom.serving { room in
      let reply = try await room.post("/audio/transcriptions", [("model", "whisper-1"), field])
      #expect(reply.status == 200 && reply.text.contains(expected), "\(reply.text)")
    }
  }

  @Test("word times are asked for by either spelling, and translation by its path") func words() async throws {
    try await SpeechRoom.serving { room in
      for name in ["timestamp_granularities[]", "timestamp_granularities"] {
        let reply = try await room.post(
          "/audio/transcriptions", [(name, "word"), (name, "segment"), ("response_format", "verbose_json")])
        #expect(reply.text.contains("wordTimestamps:true"), "\(reply.text)")
      }
      let english = try await room.post("/audio/translations", [("response_format", "verbose_json")])
      #expect(english.text.contains("isTranslation:true") && english.json["task"] as? String == "translate")
    }
  }

  @Test("a stream's deltas add up to the final text") func stream() async throws {
    try await SpeechRoom.serving { room in
      let reply = try await room.post("/audio/transcriptions", [("stream", "true"), ("model", "gpt-4o-transcribe")])
      #expect(reply.headers["content-type"]?.hasPrefix("text/event-stream") == true)
      let deltas = reply.events.filter { $0["type"] as? String == "transcript.text.delta" }
      #expect(deltas.count == 2)
      let text = deltas.compactMap { $0["delta"] as? String }.joined()
      #expect(text == "isTranslation:false,wordTimestamps:false Done.")
      #expect(reply.events.last?["type"] as? String == "transcript.text.done")
      #expect(reply.events.last?["text"] as? String == text)
      #expect(reply.text.hasSuffix("data: [DONE]\n\n"))
      let failed = try await room.post("/audio/transcriptions", [("stream", "true")], file: Data("none".utf8))
      #expect((failed.events.first?["error"] as? [String: Any])?["param"] as? String == "file")
    }
  }

  private static let mistakes: [([(String, String)], String)] = [
    ([("response_format", "xml")], "response_format"), ([("response_format", "diarized_json")], "response_format"),
    ([("temperature", "2")], "temperature"), ([("temperature", "warm")], "temperature"),
    ([("language", "klingon")], "language"), ([("timestamp_granularities[]", "word")], "timestamp_granularities"),
    ([("timestamp_granularities[]", "letter"), ("response_format", "verbose_json")], "timestamp_granularities"),
    ([("stream", "perhaps")], "stream"), ([("stream", "true"), ("response_format", "srt")], "response_format"),
    ([("include[]", "logprobs")], "include"), ([("known_speaker_names[]", "Ann")], "known_speaker_names"),
    ([("chunking_strategy", "never")], "chunking_strategy"),
    ([("chunking_strategy", #"{"type":"server_vad","threshold":7}"#)], "chunking_strategy"),
  ]

  @Test("what is wrong is said as OpenAI says it, with the field's name", arguments: mistakes)
  func refusals(fields: [(String, String)], param: String) async throws {
    try await SpeechRoom.serving { room in
      let reply = try await room.post("/audio/transcriptions", fields)
      #expect(reply.status == 400 && reply.error["param"] as? String == param, "\(reply.text)")
      #expect(reply.error["type"] as? String == "invalid_request_error")
      #expect(reply.error["message"] as? String != nil && reply.error.keys.contains("code"))
    }
  }

  @Test("no file, no form, an unknown model, no audio and an unknown path have their own answers") func others()
    async throws
  {
    try await SpeechRoom.serving { room in
      let noFile = try await room.post(file: nil)
      #expect(noFile.status == 400 && noFile.error["param"] as? String == "file")
      let noForm = try await room.post(headers: ["Content-Type": "application/json"])
      #expect(noForm.status == 400 && noForm.error["code"] as? String == "invalid_content_type")
      let model = try await room.post("/audio/transcriptions", [("model", "huge")])
      #expect(model.status == 404 && model.error["code"] as? String == "model_not_found")
      let noAudio = try await room.post(file: Data("none".utf8))
      #expect(noAudio.status == 400 && noAudio.error["code"] as? String == "invalid_file_format")
      let unknown = try await room.get("/audio/speech")
      #expect(unknown.status == 404 && unknown.error["code"] as? String == "unknown_url")
      let deadly = try await room.post(file: Data("die!".utf8))
      #expect(deadly.status == 500 && deadly.headers["x-should-retry"] == "false")
      #expect(try await room.post().status == 200)
    }
  }

  @Test("a file beyond the limit is refused, announced or not") func tooLarge() async throws {
    try await SpeechRoom.serving(configure: { $0.maxBytes = 1_000 }) { room in
      #expect(try await room.post(file: Data(count: 1_000)).status == 200)
      let above = try await room.post(file: Data(count: 1_001))
      #expect(above.status == 413 && (above.error["message"] as? String)?.contains("(1000)") == true)
      #expect(try await room.post(file: Data(count: 3_000_000)).status == 413)
      #expect(room.folder.names(in: "spool/\(getpid())") == [])
    }
  }

  @Test("models are listed, with names that clients know") func models() async throws {
    try await SpeechRoom.serving { room in
      let list = try await room.get("/models")
      let ids = (list.json["data"] as? [[String: Any]])?.compactMap { $0["id"] as? String } ?? []
      #expect(list.json["object"] as? String == "list" && ids.first == "stand-in" && ids.contains("whisper-1"))
      let one = try await room.get("/models/whisper-1")
      #expect(one.json["object"] as? String == "model" && one.json["created"] as? Int == 1_700_000_000)
      #expect(try await room.get("/models/huge").status == 404)
    }
  }

  @Test("a model that is installed is listed and asked for by its name; one that can't fit is refused") func several()
    async throws
  {
    let others = [SpeechRoom.served("base", bytes: 10), SpeechRoom.served("large", bytes: 11)]
    try await SpeechRoom.serving(configure: { ($0.others, $0.modelMemory) = ({ others }, 10) }) { room in
      let list = try await room.get("/models")
      let ids = (list.json["data"] as? [[String: Any]])?.compactMap { $0["id"] as? String } ?? []
      #expect(ids.first == "stand-in" && ids.suffix(2) == ["base", "large"])
      let base = try await room.post("/audio/transcriptions", [("model", "base")])
      #expect((base.json["text"] as? String)?.contains("model:{bytes:10,folder:/models/base,name:base}") == true)
      let usual = try await room.post("/audio/transcriptions", [("model", "whisper-1")])
      #expect((usual.json["text"] as? String)?.contains("model:") == false)
      let large = try await room.post("/audio/transcriptions", [("model", "large")])
      #expect(large.status == 400 && large.error["code"] as? String == "model_too_large")
      #expect(large.error["param"] as? String == "model")
      #expect(try await room.post("/audio/transcriptions", [("model", "/models/base")]).status == 404)
    }
  }

  @Test("every route is in the document") func routes() async throws {
    try await SpeechRoom.serving { room in
      let configuration = SpeechServerConfiguration(
        spoolFolder: room.folder.url.appending(path: "other"), desk: room.desk, model: SpeechRoom.served("stand-in"))
      let router = Router(context: SpeechContext.self)
      addSpeechRoutes(to: router, try SpeechServices(store: room.store, configuration: configuration))
      let routes = Set(router.routes.map { "\($0.method.rawValue.lowercased()) \($0.path)" })
      let paths = try await room.get("/openapi.json").json["paths"] as? [String: [String: Any]] ?? [:]
      #expect(routes == Set(paths.flatMap { path, methods in methods.keys.map { "\($0) /v1\(path)" } }))
    }
  }

  @Test("the document names the routes that there are, and the fields that they know") func document() async throws {
    try await SpeechRoom.serving { room in
      let document = try await room.get("/openapi.json")
      let paths = try #require(document.json["paths"] as? [String: [String: [String: Any]]])
      #expect(
        Set(paths.keys).isSuperset(of: ["/audio/transcriptions", "/audio/translations", "/models", "/models/{id}"]))
      for (path, methods) in paths {
        let reply =
          methods["get"] == nil
          ? try await room.post(path) : try await room.get(path.replacing("{id}", with: "stand-in"))
        #expect(reply.status == 200, "\(path): \(reply.text)")
        let body = methods["post"]?["requestBody"] as? [String: Any]
        let content = (body?["content"] as? [String: [String: Any]])?["multipart/form-data"]
        let fields = (content?["schema"] as? [String: Any])?["properties"] as? [String: Any]
        if methods["post"] != nil { #expect(fields?["file"] != nil && fields?["temperature"] != nil) }
      }
    }
  }
}
