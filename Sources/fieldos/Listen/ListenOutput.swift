import Foundation
import SpeechEngine

/// How `listen` shows what it hears.
protocol ListenOutput {
  mutating func show(_ event: StreamingEvent)
  /// Nothing comes any more.
  mutating func end()
}

/// Into files and pipes: committed text alone, a line a sentence, or what of it was said before a pause.
struct ListenText: ListenOutput {
  private var line = ""

  mutating func show(_ event: StreamingEvent) {
    switch event {
    case .committed(let words):
      for word in words {
        line += word.word
        if let last = word.word.last, ".?!。？！".contains(last) { end() }
      }
    case .endpoint: end()
    case .partial, .skipped, .stats: break
    }
  }

  mutating func end() {
    let text = Wording.plain(line).trimmingCharacters(in: .whitespaces)
    if !text.isEmpty { Console.line(text) }
    line = ""
  }
}

/// For machines: an object a line, each with its kind and the seconds since the command began to listen.
struct ListenLines: ListenOutput {
  private let start = ContinuousClock.now
  private let encoder = JSONEncoder()

  init() { encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes] }

  private struct Line: Encodable {
    let event: String
    let at: Double
    var committed: String?
    var tentative: String?
    var words: [Word]?
    var seconds: Double?
    var skipped: SkippedSpan?
    var stats: StreamingStats?
  }

  mutating func show(_ event: StreamingEvent) {
    let passed = ContinuousClock.now - start
    let at = Double(passed.components.seconds) + Double(passed.components.attoseconds / 1_000_000_000_000_000) / 1000
    var line: Line
    switch event {
    case .partial(let committed, let tentative):
      line = Line(event: "partial", at: at, committed: committed, tentative: tentative)
    case .committed(let words): line = Line(event: "committed", at: at, words: words)
    case .endpoint(let seconds): line = Line(event: "endpoint", at: at, seconds: seconds)
    case .skipped(let span): line = Line(event: "skipped", at: at, skipped: span)
    case .stats(let stats): line = Line(event: "stats", at: at, stats: stats)
    }
    if let data = try? encoder.encode(line) { Console.line(String(decoding: data, as: UTF8.self)) }
  }

  mutating func end() {}
}

/// On a terminal: committed words in normal, the others dim behind them, rewritten in place.
struct ListenScreen: ListenOutput {
  private var page = SpokenPage()

  mutating func show(_ event: StreamingEvent) {
    let width = Console.columns ?? 80
    switch event {
    case .committed(let words): Console.raw(page.append(words.map { Wording.plain($0.word) }, width: width))
    case .partial(_, let tentative): Console.raw(page.suggest(Wording.plain(tentative), width: width))
    case .endpoint: Console.raw(page.newLine())
    case .skipped, .stats: break
    }
  }

  mutating func end() { Console.raw(page.newLine()) }
}
