import Domain
import Endpoints
import Foundation
import SpeechEngine
import Storage
import Synchronization
import TestSupport
import Transcription

/// A server that is there as long as this is kept.
protocol Addressed: Sendable {
  var url: String { get }
}

extension FaultyServer: Addressed {}

/// A store with recordings, and a worker that has them heard by servers.
struct RemoteRoom: Sendable {
  let folder: TemporaryFolder
  let store: FieldStore
  let clock = ManualClock()
  /// What the worker and the servers had to tell.
  let told = Log()
  private let kept = Kept()

  final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  /// Servers that workers were given: nothing else may hold them while they are asked.
  private final class Kept: Sendable {
    private let servers = Mutex<[any Addressed]>([])
    func add(_ more: [any Addressed]) { servers.withLock { $0 += more } }
  }

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  struct Refused: Error {}

  /// A WAV file of so many seconds, quiet but for a hum, and its job.
  @discardableResult
  func addClip(_ digit: Character = "a", seconds: Double = 2, suffix: String = "wav") throws -> (Clip, Job) {
    let samples = (0..<Int(seconds * 16_000)).map { 0.1 * sin(Float($0) * 0.05) }
    let bytes = PCM16.wavHead(count: samples.count) + PCM16.bytes(samples)
    let made = Fixture.clip(digit: digit, at: clock.now)
    let clip = Clip(
      id: made.id, ownerID: made.ownerID, path: made.path.replacing(".wav", with: "." + suffix),
      originalName: made.originalName, byteCount: bytes.count, sha1: made.sha1, sha256: made.sha256,
      durationSeconds: seconds, createdAt: made.createdAt)
    guard case .stored(let stored, let job) = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 5)
    else { throw Refused() }
    let file = folder.url.appending(path: clip.path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    return (stored, job)
  }

  /// Stands in for this machine's engine.
  private struct Here: Recogniser {
    let engine = "here"
    let model = "own"
    let computeType = "int8"
    let fingerprint = "here"

    func recognise(_ desk: some RecognitionDesk) throws {
      while let request = try desk.next() {
        try desk.progress(request.id, seconds: 1)
        let heard = Recognition(
          text: "Heard here.", segmentsJSON: "[]", language: "en", confidence: 0.5, audioSeconds: 2)
        try desk.finished(request.id, .success(heard))
      }
    }
  }

  /// Waits for nobody and asks no second server, unless a test wants that.
  static var limits: RemoteLimits {
    var limits = RemoteLimits()
    (limits.waitWithFallback, limits.waitAlone) = (.zero, .zero)
    (limits.pause, limits.hedge) = (.milliseconds(1), .seconds(60))
    return limits
  }

  func worker(
    _ servers: [any Addressed], limits: RemoteLimits = limits, hasFallback: Bool = false, key: String? = nil,
    options: TranscriptionOptions = .init(), tell: @escaping @Sendable (WorkerEvent) -> Void = { _ in }
  ) throws -> FinalWorker {
    let report: @Sendable (RemoteEvent) -> Void = { [told] in told.add("\($0)") }
    kept.add(servers)
    let endpoints = try servers.map { try SpeechEndpoint(baseURL: $0.url + "/v1", key: key) }
    let ear = RemoteEar(
      RemoteFleet(endpoints, limits: limits, report: report), model: "whisper-1", options: options)
    let recogniser = RemoteRecogniser(
      ear, computeType: "not-told", fallback: hasFallback ? { @Sendable in Here() } : nil, report: report)
    var configuration = WorkerConfiguration(owner: "worker-1")
    configuration.heartbeat = .milliseconds(50)
    return FinalWorker(
      store: store, recogniser: recogniser, configuration: configuration, clock: clock.wall,
      judge: { JobFailure(reason: "\($0)", isPermanent: false) }
    ) { [told] event in
      if case .notice(_, let line) = event { told.add(line) }
      tell(event)
    }
  }

  /// Works until so many attempts have ended.
  func attempt(
    _ servers: [any Addressed], count: Int = 1, limits: RemoteLimits = limits, hasFallback: Bool = false,
    key: String? = nil, options: TranscriptionOptions = .init()
  ) async throws {
    let (ends, send) = AsyncStream<Void>.makeStream()
    let worker = try worker(servers, limits: limits, hasFallback: hasFallback, key: key, options: options) { event in
      switch event {
      case .completed, .failed: send.yield()
      default: break
      }
    }
    let run = Task { try await worker.run(stopWhenIdle: false) }
    var left = count
    for await _ in ends {
      left -= 1
      if left == 0 { break }
    }
    run.cancel()
    _ = try await run.value
  }

  // MARK: - Answers

  static let hello = answer(
    segments: [
      #"{"id":0,"seek":0,"start":0,"end":1.5,"text":" Hello there.","tokens":[1,2,3],"temperature":0,"avg_logprob":-0.25,"compression_ratio":1,"no_speech_prob":0.01}"#
    ],
    words: [
      #"{"word":"Hello","start":0,"end":0.5,"probability":0.9}"#,
      #"{"word":"there.","start":0.5,"end":1.5,"probability":0.8}"#,
    ])

  static func answer(segments: [String], words: [String]? = nil, language: String = "english") -> Data {
    let spoken = words.map { #","words":[\#($0.joined(separator: ","))]"# } ?? ""
    let text = #"{"task":"transcribe","language":"\#(language)","duration":2,"segments":["#
    return Data((text + segments.joined(separator: ",") + "]" + spoken + "}").utf8)
  }

  /// A server that gives the same answer to every recording, and lists its model.
  static func server(_ answer: FaultyServer.Answer) throws -> FaultyServer {
    try FaultyServer { request in
      request.method == "GET" ? FaultyServer.Answer(200, body: Data(#"{"data":[{"id":"whisper-1"}]}"#.utf8)) : answer
    }
  }

  static func good() throws -> FaultyServer { try server(.init(200, body: hello)) }
}
