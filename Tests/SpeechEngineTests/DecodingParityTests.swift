import Foundation
import SpeechEngine
import Testing

/// Token for token what faster-whisper 1.2.1 decodes in float32, greedy and with five beams, with and without timestamps.
@Suite("Decoding equals faster-whisper's", .serialized)
struct DecodingParityTests {
  @Test("with the shipped model file") func shippedModel() throws {
    try everyClip("decode-demo-en-float32.json", Goldens.demo)
  }

  @Test(
    "with the model's float32 file",
    .enabled(
      if: FileManager.default.fileExists(atPath: Goldens.demoFloat.path),
      "needs \(Goldens.demoFloat.path), which is too large for the repository; see docs/decisions/0002"))
  func floatModel() throws {
    try everyClip("decode-demo-en-float32-float32.json", Goldens.demoFloat)
  }

  @Test("over several windows, with the text so far as the prompt") func longRecording() throws {
    let samples = try (1...6).flatMap { try AudioClip(contentsOf: Goldens.audio("visit\($0)")).samples }
    let transcriber = try Transcriber(WhisperModel(folder: Goldens.demo, computeType: .float32))
    let cases = try Goldens.json(DecodeGolden.self, "decode-long.json").cases
    #expect(cases.count == 4)
    for golden in cases {
      compare(try transcriber.transcribe(AudioClip(samples: samples), golden.options).segments, golden)
    }
  }

  private func everyClip(_ golden: String, _ folder: URL) throws {
    let cases = try Goldens.json(DecodeGolden.self, golden).cases
    #expect(cases.count == 46 * 4)
    let transcriber = try Transcriber(WhisperModel(folder: folder, computeType: .float32))
    var clips: [String: AudioClip] = [:]
    for golden in cases {
      let clip = try clips[golden.clip] ?? AudioClip(contentsOf: Goldens.audio(golden.clip))
      clips[golden.clip] = clip
      compare(try transcriber.transcribe(clip, golden.options).segments, golden)
    }
  }

  private func compare(_ found: [Segment], _ golden: DecodeGolden.Case) {
    let name = golden.testDescription
    #expect(found.map(\.tokens) == golden.segments.map(\.tokens), "\(name): \(Goldens.regenerate)")
    for (ours, theirs) in zip(found, golden.segments) {
      #expect(ours.id == theirs.id && ours.seek == theirs.seek && ours.text == theirs.text, "\(name)")
      #expect(abs(ours.start - theirs.start) < 1e-6 && abs(ours.end - theirs.end) < 1e-6, "\(name)")
      #expect(abs(Double(ours.avgLogprob) - theirs.avg_logprob) < 1e-5, "\(name)")
      // zlib's own releases differ by a few bytes.
      #expect(abs(Double(ours.compressionRatio) - theirs.compression_ratio) < 0.05, "\(name)")
      #expect(abs(Double(ours.noSpeechProb) - theirs.no_speech_prob) < 1e-4, "\(name)")
    }
  }

  @Test("the scalar kernels decode the same words as the best ones") func scalarKernels() throws {
    let model = try WhisperModel(folder: Goldens.demo, computeType: .float32)
    let clip = try AudioClip(contentsOf: Goldens.audio("note023"))
    let best = try Transcriber(model).transcribe(clip)
    let scalar = try Transcriber(model, threads: 1, kernel: "scalar").transcribe(clip)
    #expect(best.segments.map(\.tokens) == scalar.segments.map(\.tokens))
  }

  @Test("one thread and many give the same numbers") func threads() throws {
    let model = try WhisperModel(folder: Goldens.demo)
    let clip = try AudioClip(contentsOf: Goldens.audio("note012"))
    let one = try Transcriber(model, threads: 1).transcribe(clip)
    let many = try Transcriber(model, threads: 5).transcribe(clip)
    #expect(one.segments == many.segments)
  }
}

@Suite("8-bit decoding is as good as faster-whisper's", .serialized)
struct Int8QualityTests {
  private struct Peer: Decodable {
    struct Clip: Decodable {
      let clip: String
      let errors: Int
    }
    let clips: [Clip]
  }

  @Test("at most 3 more wrong words over all clips") func wrongWords() throws {
    let peer = try Goldens.json(Peer.self, "wer-int8.json")
    let spoken = try Self.spokenWords()
    #expect(peer.clips.count == 46 && spoken.count == 46)
    let transcriber = try Transcriber(WhisperModel(folder: Goldens.demo, computeType: .int8))
    var options = TranscriptionOptions()
    options.temperatures = [0]
    var errors = 0
    for clip in peer.clips {
      let text = try transcriber.transcribe(AudioClip(contentsOf: Goldens.audio(clip.clip)), options).text
      errors += WordErrors.count(reference: try #require(spoken[clip.clip]), hypothesis: text)
    }
    let theirs = peer.clips.reduce(0) { $0 + $1.errors }
    print("wrong words in 8 bits: ours \(errors), faster-whisper's \(theirs)")
    #expect(errors <= theirs + 3)
  }

  /// Clip name → the words spoken in it.
  private static func spokenWords() throws -> [String: String] {
    let rows = try ["texts.tsv", "visits.tsv"].flatMap { name in
      try String(contentsOf: Goldens.fixtures.appending(path: "audio/\(name)"), encoding: .utf8).split(separator: "\n")
        .dropFirst()
    }.map { $0.split(separator: "\t") }
    return Dictionary(rows.map { (String($0[0].dropLast(4)), String($0[1])) }, uniquingKeysWith: { $1 })
  }
}

/// Substitutions, insertions and deletions after lower-casing and removing punctuation but apostrophes.
enum WordErrors {
  static func count(reference: String, hypothesis: String) -> Int {
    let (a, b) = (words(reference), words(hypothesis))
    var row = Array(0...b.count)
    for (i, word) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = min(row[j + 1] + 1, row[j] + 1, diagonal + (word == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }

  private static func words(_ text: String) -> [String] {
    let kept = text.lowercased().unicodeScalars.filter {
      $0 == "'" || $0.properties.isWhitespace || $0.properties.isAlphabetic || $0.properties.numericType != nil
    }
    return String(String.UnicodeScalarView(kept)).split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
