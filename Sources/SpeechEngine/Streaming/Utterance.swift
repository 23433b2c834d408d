/// One stretch of speech on its way to words.
struct Utterance {
  /// Frames of 10 ms: where that begins what is still decoded.
  private(set) var start: Int
  /// Behind its last sound; nil while it goes on.
  var end: Int?
  /// Seconds.
  let onset: Double
  /// Frame up to which the last pass heard; nil before the first.
  var heard: Int?
  /// Tokens of the committed words since `start`: the model goes on from them.
  private(set) var said: [Int] = []
  /// Text of all its committed words.
  private(set) var committed = ""
  private(set) var words = StableWords()
  /// Where it can be cut: the ends of committed words since `start`, and the number of tokens up to each.
  private var places: [(frame: Int, tokens: Int, endsSentence: Bool)] = []

  private static let sentenceEnds = ".。!！?？"

  init(start: Int, onset: Double) {
    self.start = start
    self.onset = onset
  }

  var tentative: String { words.tentative.map(\.text).joined() }
  /// What is shown of it.
  var shown: [String] { committed.split(separator: " ").map(String.init) + words.tentative.map(\.core) }

  /// - Parameter limit: seconds; words that end later are not committed yet.
  mutating func take(
    _ hypothesis: [HeardWord], agreement: Int, certainty: Double, until limit: Double
  ) -> [HeardWord] {
    remember(
      words.take(
        hypothesis, agreement: agreement, certainty: certainty, until: limit, continues: !said.isEmpty))
  }

  mutating func finish(_ hypothesis: [HeardWord]) -> [HeardWord] {
    remember(words.finish(hypothesis, continues: !said.isEmpty))
  }

  private mutating func remember(_ fresh: [HeardWord]) -> [HeardWord] {
    for word in fresh {
      said += word.tokens
      committed += word.text
      let endsSentence = word.text.last.map { Self.sentenceEnds.contains($0) } ?? false
      places.append((Int(word.end * WindowLoop.framesPerSecond), said.count, endsSentence))
    }
    return fresh
  }

  /// Cuts off what is committed: up to the last end of a sentence, or all of it. The times of words may be off; sound is
  /// only ever cut off from its start.
  mutating func trim(atSentence: Bool) {
    guard let place = atSentence ? places.last(where: \.endsSentence) : places.last else { return }
    start = max(start, place.frame)
    said.removeFirst(place.tokens)
    places = places.filter { $0.tokens > place.tokens }.map { ($0.frame, $0.tokens - place.tokens, $0.endsSentence) }
  }
}
