import Domain
import Foundation
import FoundationNetworking
import SpeechServer
import Storage
import Synchronization
import TestSupport
import Transcription

/// A server on an empty store and a port of its own, with a shell script in place of the engine: it hears, in two pieces,
/// what it was asked.
struct SpeechRoom: Sendable {
  let folder: TemporaryFolder
  let store: FieldStore
  let url: String
  let desk: RequestDesk

  /// What the script says of a request: its options, then ` Done.` Where the file's name is not enough, the script reads the file:
  /// `hang` never ends, `slow` takes a second, `lost` fails after that, `none` is no audio, `die` ends the process.
  static let engine = #"""
    piece() {
      printf '{"type":"heard","id":%s,"segments":[{"id":1,"seek":0,"start":%s,"end":%s,"text":" %s","tokens":[1],' "$id" "$1" "$2" "$3"
      printf '"temperature":0,"avg_logprob":-0.25,"compression_ratio":1,"no_speech_prob":0.125}]}\n'
    }
    echo '{"type":"ready","model":"stand-in","isMultilingual":true}'
    while read -r line; do
      id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
      case "$line" in *'"type":"drop"'*) echo dropped >> "$0.dropped"; continue;; esac
      begin=$(head -c 4 "$(printf '%s' "$line" | sed 's/.*"file":"\([^"]*\)".*/\1/')")
      echo "$begin" >> "$0.taken"
      case "$begin" in
        hang) continue;;
        slow) piece 0 1 'Slow & sure.'; sleep 1;;
        lost) piece 0 1 'Lost.'; sleep 0.6; echo "{\"type\":\"failed\",\"id\":$id,\"failure\":\"engine\"}"; continue;;
        none) echo "{\"type\":\"failed\",\"id\":$id,\"failure\":\"notAudio\"}"; continue;;
        die*) kill -9 $$;;
      esac
      piece 0 1 "$(printf '%s' "$line" | sed 's/.*"options":{\(.*\)},"type".*/\1/; s/"//g')"
      piece 1 2 'Done. '
      echo "{\"type\":\"finished\",\"id\":$id,\"recording\":{\"language\":\"en\",\"languageProbability\":1,\"duration\":2,\"durationAfterVAD\":2,\"skipped\":[]}}"
    done
    """#

  /// Runs a server as long as `work` takes.
  static func serving(
    engine: String = engine, waits: Bool = true, limits: (inout RequestDesk.Limits) -> Void = { _ in },
    configure: (inout SpeechServerConfiguration) -> Void = { _ in }, _ work: (SpeechRoom) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let store = try FieldStore.open(dataDirectory: folder.url)
    let script = try folder.file("engine", Data(engine.utf8))
    var bounds = RequestDesk.Limits()
    limits(&bounds)
    let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
    let desk = RequestDesk(
      executable: URL(filePath: "/bin/sh"), arguments: [script.path], environment: [:], limits: bounds
    ) { if case .ready = $0 { isReady.yield() } }
    var configuration = SpeechServerConfiguration(
      spoolFolder: folder.url.appending(path: "spool"), desk: desk, model: served("stand-in"))
    configuration.port = 0
    configure(&configuration)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = try SpeechServer(store: store, configuration: configuration) { port.yield($0) }
    let run = Task { try await server.run() }
    defer { run.cancel() }
    for await number in ports {
      if waits { for await _ in ready { break } }
      try await work(
        SpeechRoom(folder: folder, store: store, url: "http://127.0.0.1:\(number)/v1", desk: desk))
      break
    }
    run.cancel()
    _ = await run.result
  }

  static func served(_ name: String, bytes: Int = 1) -> ServedModel {
    ServedModel(
      RequestModel(name: name, folder: "/models/" + name, bytes: bytes),
      date: Date(timeIntervalSince1970: 1_700_000_000))
  }

  struct Reply {
    let status: Int
    let headers: [String: String]
    let body: Data
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    /// The parts of an error.
    var error: [String: Any] { json["error"] as? [String: Any] ?? [:] }
    /// Of a stream: the events' JSON.
    var events: [[String: Any]] {
      text.components(separatedBy: "\n\n").compactMap { frame in
        try? JSONSerialization.jsonObject(with: Data(frame.dropFirst(6).utf8)) as? [String: Any]
      }
    }
  }

  func get(_ path: String, headers: [String: String] = [:]) async throws -> Reply {
    try await send(URLRequest(url: URL(string: url + path)!), headers)
  }

  /// Sends a form.
  /// - Parameter file: nil leaves it away.
  func post(
    _ path: String = "/audio/transcriptions", _ fields: [(String, String)] = [], file: Data? = Data("RIFF".utf8),
    headers: [String: String] = [:]
  ) async throws -> Reply {
    var request = URLRequest(url: URL(string: url + path)!)
    request.httpMethod = "POST"
    request.httpBody = Self.form(fields, file: file)
    return try await send(request, ["Content-Type": "multipart/form-data; boundary=XX"].merging(headers) { $1 })
  }

  static func form(_ fields: [(String, String)], file: Data?) -> Data {
    var body = Data()
    for (name, value) in fields {
      body += Data("--XX\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    if let file {
      body += Data("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n".utf8)
      body += file + Data("\r\n".utf8)
    }
    return body + Data("--XX--\r\n".utf8)
  }

  private func send(_ request: URLRequest, _ headers: [String: String]) async throws -> Reply {
    var request = request
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (body, response) = try await URLSession.shared.data(for: request)
    let reply = response as? HTTPURLResponse
    var found: [String: String] = [:]
    for (name, value) in reply?.allHeaderFields ?? [:] { found["\(name)".lowercased()] = "\(value)" }
    return Reply(status: reply?.statusCode ?? 0, headers: found, body: body)
  }
}
