import Foundation
import SpeechEngine

/// One model, loaded once, measured command by command.
final class Session {
  private struct Loaded {
    let model: WhisperModel
    let threads: Int
    let kernel: String?
  }

  private var loaded: Loaded?
  private var probe: EngineProbe?
  private var transcriber: Transcriber?

  /// Answers each line of standard input until it ends. What goes wrong with a command is its answer.
  func run() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    while let line = readLine() {
      let answer: Answer
      do {
        answer = try self.answer(JSONDecoder().decode(Request.self, from: Data(line.utf8)))
      } catch {
        answer = Answer(error: "\(error)")
      }
      FileHandle.standardOutput.write(try encoder.encode(answer) + Data("\n".utf8))
    }
  }

  private func answer(_ request: Request) throws -> Answer {
    switch request.op {
    case .load: try load(request)
    case .mel: try mel(request)
    case .encode: try encode(request)
    case .tokens: try tokens(request)
    case .transcribe: try transcribe(request)
    }
  }

  private func timed(_ work: () throws -> Int?) rethrows -> Answer {
    let clock = ContinuousClock()
    let start = clock.now
    let tokens = try work()
    return Answer(ms: (clock.now - start) / .milliseconds(1), tokens: tokens)
  }

  // MARK: - Commands

  private func load(_ request: Request) throws -> Answer {
    let url = URL(filePath: try request.need(\.model, "model"))
    let name = request.computeType ?? "int8"
    guard let type = ComputeType.nearest(to: name) else { throw BenchError.unsupported("computeType \(name)") }
    (probe, transcriber) = (nil, nil)
    return try timed {
      let model = try WhisperModel(contentsOf: url, computeType: type)
      loaded = Loaded(model: model, threads: request.threads ?? 0, kernel: request.kernel)
      return nil
    }
  }

  private func mel(_ request: Request) throws -> Answer {
    let loaded = try current()
    let clip = try AudioClip(contentsOf: URL(filePath: request.need(\.clip, "clip")))
    return try timed {
      let stream = try FeatureStream(
        clip, bands: loaded.model.shape.bands, threads: loaded.threads, kernel: loaded.kernel)
      _ = try stream.window(from: 0, count: loaded.model.shape.windowFrames)
      return nil
    }
  }

  private func encode(_ request: Request) throws -> Answer {
    let probe = try probed()
    return timed {
      if request.cross ?? false { probe.hear(beams: request.beams ?? 5) } else { probe.encode() }
      return nil
    }
  }

  private func tokens(_ request: Request) throws -> Answer {
    let (beams, count) = (request.beams ?? 5, try request.need(\.tokens, "tokens"))
    let probe = try probed()
    let draft = request.agreement.map { spoilt(probe.tokens(beams: 1, count: count), agreement: $0) }
    return timed { probe.tokens(beams: beams, count: count, draft: draft).count }
  }

  /// The answer, wrong in so many places, evenly spread: there it has the token's neighbour in the vocabulary.
  private func spoilt(_ answer: [Int], agreement: Double) -> [Int] {
    var errors = 0.5
    return answer.map { token in
      errors += 1 - agreement
      if errors < 1 { return token }
      errors -= 1
      return token == 0 ? 1 : token - 1
    }
  }

  private func transcribe(_ request: Request) throws -> Answer {
    let loaded = try current()
    let transcriber = try transcriber ?? Transcriber(loaded.model, threads: loaded.threads, kernel: loaded.kernel)
    self.transcriber = transcriber
    var options = EngineProbe.options(
      loaded.model, beams: request.beams ?? 5, tokens: try request.need(\.tokens, "tokens"))
    options.batchSize = request.batch
    try apply(audioContext: request.audioContext, to: &options)
    let clips = try request.need(\.clips, "clips")
    return try timed {
      let recordings = try clips.map { try AudioFile(contentsOf: URL(filePath: $0)) }
      if request.batch != nil { options.clipTimestamps = Self.windows(recordings) }
      let results = try transcriber.transcribe(recordings, options)
      return try results.reduce(0) { sum, result in
        try result.get().segments.reduce(sum) { $0 + $1.tokens.count }
      }
    }
  }

  /// Windows as the peers get them; left alone, a batch is cut where it is quiet and may have one more.
  private static func windows(_ recordings: [AudioFile]) -> [Double] {
    let longest = recordings.map(\.duration).max() ?? 0
    return stride(from: 0, to: longest, by: 30).flatMap { [$0, $0 + 30] }
  }

  private func apply(audioContext name: String?, to options: inout TranscriptionOptions) throws {
    guard let name else { return }
    guard let context = AudioContext(rawValue: name) else { throw BenchError.unsupported("audioContext \(name)") }
    options.audioContext = context
  }

  private func current() throws -> Loaded {
    guard let loaded else { throw BenchError.noModel }
    return loaded
  }

  private func probed() throws -> EngineProbe {
    let loaded = try current()
    let probe = try probe ?? EngineProbe(model: loaded.model, threads: loaded.threads, kernel: loaded.kernel)
    self.probe = probe
    return probe
  }
}
