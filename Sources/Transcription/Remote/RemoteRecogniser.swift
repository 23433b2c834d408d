import Foundation
import SpeechEngine

/// Speech servers in place of an engine in this process; where none of them can be used, an engine in this process after all.
public final class RemoteRecogniser: Recogniser, Sendable {
  public let engine = "remote"
  public let model: String
  public let computeType: String
  public let fingerprint: String
  private let ear: RemoteEar
  private let fallback: (@Sendable () throws -> any Recogniser)?
  private let report: @Sendable (RemoteEvent) -> Void

  /// - Parameters:
  ///   - computeType: what is recorded for it: servers don't tell how they reckon.
  ///   - fallback: makes the engine of this process, at its first use; nil: there is none.
  ///   - report: called from any thread.
  public init(
    _ ear: RemoteEar, computeType: String, fallback: (@Sendable () throws -> any Recogniser)?,
    report: @escaping @Sendable (RemoteEvent) -> Void
  ) {
    self.ear = ear
    model = ear.model
    self.computeType = computeType
    fingerprint = ear.fingerprint
    self.fallback = fallback
    self.report = report
  }

  public func recognise(_ desk: some RecognitionDesk) throws {
    try RemoteRun(desk, ear, computeType: computeType, fallback: fallback, report: report).work()
  }
}

/// One stretch of work: requests to servers run beside each other, everything else on the recogniser's thread. To the engine
/// that stands in for them it is a desk with the recordings that no server could hear.
private final class RemoteRun<Desk: RecognitionDesk>: RecognitionDesk {
  private struct Asked {
    let request: RecognitionRequest
    let missingBytes: Int
    let task: Task<Void, Never>
  }
  /// Time between looks at what nobody wants any more.
  private static var interval: TimeInterval { 0.1 }

  private let desk: Desk
  private let ear: RemoteEar
  private let computeType: String
  private let fallback: (() throws -> any Recogniser)?
  private let report: (RemoteEvent) -> Void
  private let inbox = RemoteInbox()
  private var asked: [Int: Asked] = [:]
  private var left: [RecognitionRequest] = []
  /// Who stands in.
  private var hearer: Hearer?
  private var lastPump = Date.distantPast

  init(
    _ desk: Desk, _ ear: RemoteEar, computeType: String, fallback: (() throws -> any Recogniser)?,
    report: @escaping (RemoteEvent) -> Void
  ) {
    self.desk = desk
    self.ear = ear
    self.computeType = computeType
    self.fallback = fallback
    self.report = report
  }

  func work() throws {
    defer { for one in asked.values { one.task.cancel() } }
    var engine: (any Recogniser)?
    while true {
      try pump()
      if !left.isEmpty, let fallback {
        do {
          engine = try engine ?? fallback()
        } catch {
          for request in left { try desk.finished(request.id, .failure(error)) }
          left = []
          continue
        }
        hearer = engine?.hearer
        try engine?.recognise(self)
      } else if asked.isEmpty {
        return
      } else {
        inbox.wait(Self.interval)
      }
    }
  }

  // MARK: - Servers

  /// Lays down what came, gives up what nobody wants, and takes more while there is room.
  private func pump() throws {
    lastPump = Date()
    for (id, result) in inbox.takeAll() { try lay(down: result, id) }
    for id in Array(asked.keys) {
      if desk.isWithdrawn(id) {
        asked.removeValue(forKey: id)?.task.cancel()
      } else {
        try desk.progress(id, seconds: 0)
      }
    }
    let room = ear.fleet.names.count * ear.fleet.limits.together
    while asked.count + left.count < room, let request = try desk.next() { try ask(request) }
  }

  private func ask(_ request: RecognitionRequest) throws {
    let sound: RemoteSound
    do {
      let audio = try RecordingFile.open(request, desk)
      sound = try RemoteSound(request.file, audio, limit: ear.fleet.limits.uploadBytes)
    } catch {
      guard case .cancelled = error else { return try desk.finished(request.id, .failure(error)) }
      if desk.isWithdrawn(request.id) { return }
      throw CancellationError()
    }
    let task = Task { [ear, inbox, hasFallback = fallback != nil] in
      do {
        inbox.put(request.id, .success(try await ear.hear(sound, hasFallback: hasFallback)))
      } catch {
        inbox.put(request.id, .failure(error))
      }
    }
    asked[request.id] = Asked(request: request, missingBytes: sound.missingBytes, task: task)
  }

  private func lay(down result: Result<RemoteHearing, any Error>, _ id: Int) throws {
    guard let one = asked.removeValue(forKey: id) else { return }
    switch result {
    case .success(let heard): try desk.finished(id, Result { try recognition(heard, one.missingBytes) })
    case .failure(let error as RemoteError) where fallback != nil:
      report(.fellBack(error))
      left.append(one.request)
    case .failure(let error): try desk.finished(id, .failure(error))
    }
  }

  private func recognition(_ heard: RemoteHearing, _ missingBytes: Int) throws -> Recognition {
    let model = "\(ear.model) at \(heard.servers.joined(separator: ", "))"
    let segments = String(
      decoding: try SegmentJSON.encoder().encode(heard.transcription.segments), as: UTF8.self)
    return Recognition(
      text: heard.transcription.text, segmentsJSON: segments, language: heard.transcription.language,
      confidence: heard.confidence, audioSeconds: heard.transcription.duration,
      notice: heard.notice(missingBytes: missingBytes),
      hearer: Hearer(engine: "remote", model: model, computeType: computeType))
  }

  // MARK: - For the engine that stands in

  func next() throws -> RecognitionRequest? {
    try pump()
    guard !left.isEmpty else { return nil }
    let request = left.removeFirst()
    // What a server's recogniser saved is not this engine's.
    return RecognitionRequest(id: request.id, file: request.file)
  }

  func progress(_ id: Int, seconds: Double) throws {
    try desk.progress(id, seconds: seconds)
    if Date().timeIntervalSince(lastPump) > Self.interval { try pump() }
  }

  func isWithdrawn(_ id: Int) -> Bool { desk.isWithdrawn(id) }

  /// Not saved: the next attempt may be a server's.
  func heard(_ id: Int, segments: [String], checkpoint: String, seconds: Double) throws {}

  func finished(_ id: Int, _ result: Result<Recognition, any Error>) throws {
    try desk.finished(id, result.map { $0.heard(by: hearer) })
  }
}

extension Recognition {
  /// The same, of somebody else than the recogniser that was asked.
  fileprivate func heard(by hearer: Hearer?) -> Recognition {
    let here = "no speech server could be used: heard on this machine"
    return Recognition(
      text: text, segmentsJSON: segmentsJSON, language: language, confidence: confidence, audioSeconds: audioSeconds,
      notice: [here, notice].compactMap(\.self).joined(separator: "; "), hearer: hearer)
  }
}
