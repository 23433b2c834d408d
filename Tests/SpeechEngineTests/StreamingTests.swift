import Foundation
import SpeechEngine
import Testing

/// Feeds sound as fast as it is heard, by a clock that says how much there was.
final class StreamingBench {
  private final class Time { var now = 0.0 }
  private let time = Time()
  private let transcriber: StreamingTranscriber
  /// Seconds that a pass takes.
  private let cost: Double

  init(_ options: StreamingOptions = .init(), cost: Double = 0) throws {
    self.cost = cost
    let clock = time
    transcriber = try StreamingTranscriber(
      WhisperModel(contentsOf: Goldens.demo), options, clock: { clock.now })
  }

  struct Heard {
    var events: [StreamingEvent] = []
    var stats = StreamingStats()
    var words: [Word] {
      events.flatMap { event in if case .committed(let words) = event { words } else { [Word]() } }
    }
    var text: String { words.map(\.word).joined() }
    var endpoints: [Double] { events.compactMap { if case .endpoint(let at) = $0 { at } else { nil } } }
  }

  /// - Parameter piece: samples that are fed at a time.
  func hear(_ sounds: [[Float]], piece: Int = 4800) throws -> [Heard] {
    let sessions = sounds.map { _ in transcriber.open() }
    var heard = sounds.map { _ in Heard() }
    time.now = 0
    for start in stride(from: 0, to: sounds.map(\.count).max() ?? 0, by: piece) {
      time.now = max(time.now, Double(start + piece) / 16_000)
      for (session, sound) in zip(sessions, sounds) where start < sound.count {
        session.feed(Array(sound[start..<min(sound.count, start + piece)]), at: Double(start + piece) / 16_000)
        if start + piece >= sound.count { session.end() }
      }
      try advance()
      for (index, session) in sessions.enumerated() { heard[index].events += session.takeEvents() }
    }
    for session in sessions where !session.isFinished { session.end() }
    try advance()
    for (index, session) in sessions.enumerated() {
      heard[index].events += session.takeEvents()
      heard[index].stats = session.stats
      #expect(session.isFinished && session.backlog == 0)
    }
    return heard
  }

  func hear(_ sound: [Float], piece: Int = 4800) throws -> Heard { try hear([sound], piece: piece)[0] }

  private func advance() throws {
    while try transcriber.advance(checkpoint: { [time, cost] in time.now += cost / 100 }) {}
  }
}

/// Sounds and texts of the fixtures.
enum Spoken {
  static func note(_ index: Int) throws -> [Float] {
    try AudioClip(contentsOf: Goldens.audio(String(format: "note%03d", index))).samples
  }

  static func silence(_ seconds: Double) -> [Float] { [Float](repeating: 0, count: Int(seconds * 16_000)) }

  /// Sentences with pauses, at least so many seconds.
  static func sentences(seconds: Double, pause: Double = 0.7) throws -> (sound: [Float], texts: [String]) {
    let table = try String(contentsOf: Goldens.fixtures.appending(path: "audio/texts.tsv"), encoding: .utf8)
    let lines = table.split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
    var (sound, texts): ([Float], [String]) = ([], [])
    for line in lines where Double(sound.count) < seconds * 16_000 {
      sound += try AudioClip(contentsOf: Goldens.fixtures.appending(path: "audio/\(line[0])")).samples
      sound += silence(pause)
      texts.append(String(line[1]))
    }
    return (sound, texts)
  }

  static func words(_ text: String) -> [String] {
    text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " }.split(separator: " ").map(String.init)
  }

  /// Words to change to make one text of the other.
  static func errors(_ reference: [String], _ hypothesis: [String]) -> Int {
    var row = Array(0...hypothesis.count)
    for (i, word) in reference.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in hypothesis.enumerated() {
        let best = min(row[j + 1] + 1, row[j] + 1, diagonal + (word == other ? 0 : 1))
        (diagonal, row[j + 1]) = (row[j + 1], best)
      }
    }
    return row[hypothesis.count]
  }
}

@Suite("Words while somebody speaks", .serialized)
struct StreamingTests {
  @Test("90 seconds of sentences: near to the offline text, soon shown, soon committed, never taken back")
  func ninetySeconds() throws {
    let (sound, texts) = try Spoken.sentences(seconds: 90)
    let heard = try StreamingBench().hear(sound)
    let reference = Spoken.words(texts.joined(separator: " "))
    let offline = try Transcriber(WhisperModel(contentsOf: Goldens.demo))
    // The demo model knows single sentences: each for itself is the best that it can do.
    let alone = try texts.indices.map { try offline.transcribe(AudioClip(samples: Spoken.note($0))).text }
    let most = Spoken.errors(reference, Spoken.words(alone.joined(separator: " ")))
    let own = Spoken.errors(reference, Spoken.words(heard.text))
    #expect(Double(own - most) <= 0.02 * Double(reference.count), "\(own) and \(most) of \(reference.count)")
    #expect(try #require(heard.stats.firstPartial) <= 1000)
    #expect(heard.stats.medianLag <= 2.5 && heard.stats.medianLag > 0)
    #expect(heard.endpoints.count == texts.count, "\(heard.endpoints)")
    try expectGrowth(heard.events)
    let starts = heard.words.map(\.start)
    #expect(zip(heard.words, starts.dropFirst()).allSatisfy { $0.start <= $1 + 0.5 }, "words come in their order")
  }

  /// What is shown as committed is what was committed, and only grows within an utterance.
  private func expectGrowth(_ events: [StreamingEvent]) throws {
    var utterance = ""
    var partials = 0
    for event in events {
      switch event {
      case .committed(let words): utterance += words.map(\.word).joined()
      case .partial(let committed, _):
        #expect(committed == utterance)
        partials += 1
      case .endpoint: utterance = ""
      case .skipped, .stats: break
      }
    }
    #expect(partials > 20)
  }

  @Test("sentences with short pauses are told apart once somebody has spoken for a while") func shortPauses() throws {
    let (sound, texts) = try Spoken.sentences(seconds: 40, pause: 0.3)
    let heard = try StreamingBench().hear(sound)
    let reference = Spoken.words(texts.joined(separator: " "))
    #expect(Spoken.errors(reference, Spoken.words(heard.text)) <= reference.count / 4, "\(heard.text)")
    #expect(heard.stats.medianLag <= 2.5)
  }

  @Test("two speakers together have the words that each has alone") func together() throws {
    let sounds = [try Spoken.note(2) + Spoken.silence(0.7) + Spoken.note(6), try Spoken.note(7) + Spoken.silence(1)]
    let bench = try StreamingBench()
    let both = try bench.hear(sounds)
    for (sound, heard) in zip(sounds, both) {
      let alone = try bench.hear(sound)
      #expect(heard.words == alone.words && !heard.words.isEmpty)
    }
  }

  @Test("silence, steady noise and nothing at all give no words") func noWords() throws {
    let noise = VoiceActivityGolden.Part.noise(160_000, seed: 5).map { Float($0) * 0.05 }
    for sound in [Spoken.silence(10), noise, Spoken.silence(3) + noise + Spoken.silence(3), []] {
      let heard = try StreamingBench().hear(sound)
      #expect(heard.words.isEmpty, "\(heard.text)")
      #expect(!heard.events.contains { if case .partial(_, let text) = $0 { !text.isEmpty } else { false } })
    }
  }

  @Test("silence is not decoded") func idle() throws {
    #expect(try StreamingBench().hear(Spoken.silence(30)).stats.passes == 0)
  }

  @Test("samples that are no numbers are silence", arguments: [Float.nan, .infinity, 1e30]) func notNumbers(
    _ bad: Float
  ) throws {
    var sound = try Spoken.note(6)
    let text = try StreamingBench().hear(sound).text
    sound = [Float](repeating: bad, count: 16_000) + sound + [Float](repeating: bad, count: 16_000)
    let heard = try StreamingBench().hear(sound)
    #expect(Spoken.words(heard.text) == Spoken.words(text))
  }

  @Test("one sample at a time gives the words that pieces give") func singleSamples() throws {
    let sound = try Spoken.note(6)
    let heard = try StreamingBench().hear(sound, piece: 1)
    #expect(Spoken.words(heard.text) == Spoken.words(try StreamingBench().hear(sound).text))
  }

  @Test("everything at once is heard too, utterance by utterance") func huge() throws {
    let (sound, texts) = try Spoken.sentences(seconds: 60)
    let heard = try StreamingBench().hear(sound, piece: sound.count)
    #expect(heard.endpoints.count == texts.count)
    let reference = Spoken.words(texts.joined(separator: " "))
    #expect(Spoken.errors(reference, Spoken.words(heard.text)) <= reference.count / 10)
  }

  @Test("speech without a pause is cut before a window is full") func endless() throws {
    let sound = try (0..<16).flatMap { try Spoken.note($0) }  // 45 s, with the gaps that are in the clips
    var options = StreamingOptions()
    options.pause = 5
    let heard = try StreamingBench(options).hear(sound)
    #expect(heard.words.count > 40 && (heard.words.last?.end ?? 0) > 35)
    try expectGrowth(heard.events)
  }

  @Test("a slow machine hears less often, loses no utterance, and says how far it is behind") func slow() throws {
    let (sound, texts) = try Spoken.sentences(seconds: 30)
    let quick = try StreamingBench().hear(sound)
    let slow = try StreamingBench(cost: 8).hear(sound)
    #expect(slow.stats.passes < quick.stats.passes && slow.stats.shed > 0)
    #expect(slow.stats.medianLag > quick.stats.medianLag)
    #expect(slow.endpoints.count == texts.count)
  }

  @Test("work that is called off between tokens is done by the next call") func interrupted() throws {
    struct Stop: Error {}
    let transcriber = try StreamingTranscriber(WhisperModel(contentsOf: Goldens.demo), clock: { 0 })
    let session = transcriber.open()
    session.feed(try Spoken.note(6))
    session.end()
    var calls = 0
    #expect(throws: Stop.self) {
      _ = try transcriber.advance {
        calls += 1
        if calls == 6 { throw Stop() }
      }
    }
    while try transcriber.advance() {}
    let words = session.takeEvents().flatMap { if case .committed(let words) = $0 { words } else { [Word]() } }
    #expect(!words.isEmpty && session.isFinished)
  }

  @Test("options outside their range are named") func options() throws {
    var options = StreamingOptions()
    options.step = .nan
    #expect(throws: OptionError.self) {
      _ = try StreamingTranscriber(WhisperModel(contentsOf: Goldens.demo), options)
    }
  }
}

@Suite("Listening as a library", .serialized)
struct LiveTranscriberTests {
  @Test("sound goes in, words come out, and the events end with the sound") func listen() async throws {
    let model = try WhisperModel(contentsOf: Goldens.demo)
    let sound = try Spoken.note(6)
    let pieces = AsyncStream<[Float]> { continuation in
      for start in stride(from: 0, to: sound.count, by: 4800) {
        continuation.yield(Array(sound[start..<min(sound.count, start + 4800)]))
      }
      continuation.finish()
    }
    var words: [Word] = []
    var stats: StreamingStats?
    for try await event in model.listen(to: pieces) {
      if case .committed(let new) = event { words += new }
      if case .stats(let last) = event { stats = last } else { stats = nil }
    }
    #expect(!words.isEmpty && stats?.words == words.count, "the statistics come last")
  }

  @Test("a thread that is closed ends its speakers, and takes no new ones") func closed() async throws {
    let live = try LiveTranscriber(WhisperModel(contentsOf: Goldens.demo))
    let speaker = live.open()
    speaker.feed(Spoken.silence(1))
    live.close()
    await #expect(throws: CancellationError.self) { for try await _ in speaker.events {} }
    let late = live.open()
    await #expect(throws: CancellationError.self) { for try await _ in late.events {} }
    await late.drained(to: 0)
  }
}
