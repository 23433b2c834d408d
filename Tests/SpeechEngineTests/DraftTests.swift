import Foundation
import SpeechEngine
import Testing

/// A draft may only make greedy search quicker: whatever it holds, all numbers stay the same to the bit.
@Suite("A draft changes nothing but the time", .serialized)
struct DraftTests {
  private struct Run {
    let result: Transcription
    /// Calls of `progress`: one a step of the decoder, and a few a window.
    let steps: Int
  }

  private func greedy() -> TranscriptionOptions {
    var options = TranscriptionOptions()
    options.beamSize = 1
    return options
  }

  private func run(
    _ transcriber: Transcriber, _ clip: AudioClip, _ options: TranscriptionOptions,
    draft: TranscriptionOptions.Prompt? = nil
  ) throws -> Run {
    var options = options
    options.draft = draft
    var steps = 0
    let result = try transcriber.transcribe(clip, options, progress: { _ in steps += 1 })
    return Run(result: result, steps: steps)
  }

  private func text(_ result: Transcription) -> [Int] { result.segments.flatMap(\.tokens) }

  /// Perfect, empty, wrong, shifted, doubled, every third token wrong, and what only an enemy would write.
  private func drafts(of result: Transcription) -> [(name: String, draft: TranscriptionOptions.Prompt)] {
    let right = text(result)
    return [
      ("perfect", .text(result.text)), ("empty", .text("")),
      ("wrong", .text("Nothing of this was ever said, I think.")),
      ("shifted", .tokens(Array(right.dropFirst(3)))), ("delayed", .tokens([11, 11, 11] + right)),
      ("doubled", .tokens(right + right)), ("reversed", .tokens(right.reversed())),
      ("often wrong", .tokens(right.enumerated().map { $0 % 3 == 2 ? $1 + 1 : $1 })),
      (
        "one word",
        .text(String(repeating: result.text.split(separator: " ").first.map(String.init) ?? "a", count: 400))
      ),
      ("unknown ids", .tokens([-1, .max, .min, 1 << 40] + right)), ("steering", .text("<|endoftext|><|0.00|>")),
      ("no text", .text(String(decoding: (0...255).map { UInt8($0) }, as: UTF8.self))),
    ]
  }

  @Test("every clip, every draft, int8 and float32", arguments: [ComputeType.int8, .float32])
  func sameNumbers(_ type: ComputeType) throws {
    let transcriber = try Transcriber(WhisperModel(folder: Goldens.demo, computeType: type))
    for name in ["note012", "visit1"] {
      let clip = try AudioClip(contentsOf: Goldens.audio(name))
      let plain = try run(transcriber, clip, greedy())
      for (kind, draft) in drafts(of: plain.result) {
        let drafted = try run(transcriber, clip, greedy(), draft: draft)
        #expect(drafted.result.segments == plain.result.segments, "\(name), \(type), \(kind)")
      }
    }
  }

  @Test("rows of a step have the bits that they have alone", arguments: KernelVariant.available)
  func everyKernel(_ kernel: String) throws {
    let clip = try AudioClip(contentsOf: Goldens.audio("note000"))
    for type in ComputeType.allCases {
      let transcriber = try Transcriber(
        WhisperModel(folder: Goldens.demo, computeType: type), threads: 2, kernel: kernel)
      let plain = try run(transcriber, clip, greedy())
      let drafted = try run(transcriber, clip, greedy(), draft: .text(plain.result.text))
      #expect(drafted.result.segments == plain.result.segments, "\(type)")
      #expect(drafted.steps < plain.steps, "\(type): the draft was not used")
    }
  }

  @Test("rules that look back hold within a step") func rules() throws {
    let transcriber = try Transcriber(WhisperModel(folder: Goldens.demo))
    let clip = try AudioClip(contentsOf: Goldens.audio("visit1"))
    var (repetitive, brief, timeless, prefixed) = (greedy(), greedy(), greedy(), greedy())
    repetitive.repetitionPenalty = 1.5
    repetitive.noRepeatNgramSize = 2
    brief.maxNewTokens = 9
    timeless.withoutTimestamps = true
    prefixed.prefix = "The"
    for options in [repetitive, brief, timeless, prefixed] {
      let plain = try run(transcriber, clip, options)
      for (kind, draft) in drafts(of: plain.result) {
        #expect(try run(transcriber, clip, options, draft: draft).result.segments == plain.result.segments, "\(kind)")
      }
    }
  }

  @Test("over several windows, with fallback and the text so far as the prompt") func severalWindows() throws {
    let samples = try (1...6).flatMap { try AudioClip(contentsOf: Goldens.audio("visit\($0)")).samples }
    let (transcriber, clip) = (
      try Transcriber(WhisperModel(folder: Goldens.demo)), AudioClip(samples: samples)
    )
    var doubtful = greedy()
    doubtful.logProbThreshold = -0.05
    for options in [greedy(), doubtful] {
      let plain = try run(transcriber, clip, options)
      for (kind, draft) in drafts(of: plain.result) where ["shifted", "doubled", "often wrong"].contains(kind) {
        #expect(try run(transcriber, clip, options, draft: draft).result.segments == plain.result.segments, "\(kind)")
      }
    }
  }

  @Test("a draft that is right saves a third of the steps and more") func saving() throws {
    let samples = try (1...6).flatMap { try AudioClip(contentsOf: Goldens.audio("visit\($0)")).samples }
    let (transcriber, clip) = (
      try Transcriber(WhisperModel(folder: Goldens.demo)), AudioClip(samples: samples)
    )
    var once = greedy()
    once.temperatures = [0]
    let plain = try run(transcriber, clip, once)
    let perfect = try run(transcriber, clip, once, draft: .text(plain.result.text))
    #expect(perfect.result.segments == plain.result.segments)
    let (tokens, saved) = (text(plain.result).count, plain.steps - perfect.steps)
    #expect(saved * 3 > tokens, "\(saved) steps saved of \(tokens) tokens")
  }

  @Test("beams and samples take no notice of it") func beams() throws {
    let transcriber = try Transcriber(WhisperModel(folder: Goldens.demo))
    let clip = try AudioClip(contentsOf: Goldens.audio("note012"))
    var sampled = greedy()
    sampled.temperatures = [0.5]
    for options in [TranscriptionOptions(), sampled] {
      let plain = try run(transcriber, clip, options)
      let drafted = try run(transcriber, clip, options, draft: .text(plain.result.text))
      #expect(drafted.result.segments == plain.result.segments && drafted.steps == plain.steps)
    }
  }

  @Test("more than 1 MiB is refused") func limit() {
    var options = greedy()
    options.draft = .text(String(repeating: "a", count: 1 << 20))
    #expect(throws: Never.self) { try options.validate() }
    options.draft = .text(String(repeating: "a", count: 1 << 20 + 1))
    #expect(throws: OptionError.self) { try options.validate() }
  }
}

@Suite("The guide keeps its place in a draft")
struct DraftGuideTests {
  private let end = 1000
  private let times = 1010

  private func guide(_ tokens: [Int]) -> DraftGuide {
    let guide = DraftGuide(tokens, endOfText: end, timestampBegin: times)
    guide.beginWindow()
    return guide
  }

  @Test("a draft that agrees is proposed in longer and longer pieces") func agreement() {
    let guide = guide(Array(0..<100))
    guide.take(times)
    let first = guide.proposals(atMost: 50)
    #expect(first.first == 0 && first.count > 1)
    for token in 0..<30 { guide.take(token) }
    let later = guide.proposals(atMost: 50)
    #expect(later.starts(with: [30, 31, 32]) && later.count > first.count)
    #expect(guide.proposals(atMost: 2) == [30, 31] && guide.proposals(atMost: 0).isEmpty)
  }

  @Test("a replaced, a missing and an additional token cost one guess") func resynchronises() {
    for answer in [[0, 1, 2, 99, 4], [0, 1, 2, 4], [0, 1, 2, 99, 3, 4]] {
      let guide = guide(Array(0..<20))
      for token in answer { guide.take(token) }
      #expect(guide.proposals(atMost: 20).starts(with: [5]), "\(answer)")
    }
  }

  @Test("a text that repeats itself is not led back to the same mistake") func repetition() {
    var draft = (0..<120).map { $0 % 2 }
    for index in stride(from: 9, to: 120, by: 10) { draft[index] = 7 }
    let guide = guide(draft)
    var right = 0
    for token in (0..<90).map({ $0 % 2 }) {
      if guide.proposals(atMost: 1) == [token] { right += 1 }
      guide.take(token)
    }
    #expect(right >= 70, "\(right) of 90")
  }

  @Test("two tokens in a row are found far away, behind too") func jumps() {
    let guide = guide(Array(0..<900))
    for token in [700, 701] { guide.take(token) }
    #expect(guide.proposals(atMost: 1) == [702])
    for token in [600, 601] { guide.take(token) }
    #expect(guide.proposals(atMost: 1) == [602])
  }

  @Test("a draft that is mostly wrong is not proposed any more, and again when it is right") func givesUp() {
    let guide = guide((0..<200).map { $0 % 2 == 0 ? $0 : 500 })
    for token in 0..<60 { guide.take(token) }
    #expect(guide.proposals(atMost: 5).isEmpty)
    let better = self.guide((0..<200).map { $0 % 2 == 0 || $0 > 60 ? $0 : 500 })
    for token in 0..<90 { better.take(token) }
    #expect(better.proposals(atMost: 5).starts(with: [90]))
  }

  @Test("a segment's end is proposed as the next one's start") func timestamps() {
    let guide = guide(Array(0..<20))
    for token in [times, 0, 1, times + 40] { guide.take(token) }
    #expect(guide.proposals(atMost: 3) == [times + 40, 2, 3])
    guide.take(times + 40)
    #expect(guide.proposals(atMost: 2) == [2, 3])
  }

  @Test("the next window goes on where the last one ended") func windows() {
    let guide = guide(Array(0..<20))
    for token in [times, 0, 1, 2, times + 40] { guide.take(token) }
    guide.beginWindow()
    guide.take(times)
    #expect(guide.proposals(atMost: 2) == [3, 4])
  }

  @Test("nothing comes of an empty draft, or behind the end of one") func ends() {
    let empty = guide([])
    empty.take(5)
    #expect(empty.proposals(atMost: 9).isEmpty)
    let short = guide([1, 2, 2000, -7])
    for token in [1, 2] { short.take(token) }
    #expect(short.proposals(atMost: 9).isEmpty)
    short.take(3)
    #expect(short.proposals(atMost: 9).isEmpty)
  }

  @Test("more certain drafts are checked in longer pieces, doubtful ones not at all") func lengths() {
    let lengths = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1].map { DraftLength.best(rate: Float($0)) }
    #expect(lengths == lengths.sorted() && lengths.first == 0 && lengths.last == 11)
  }
}
