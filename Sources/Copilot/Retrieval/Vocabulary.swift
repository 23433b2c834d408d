import Domain
import Foundation
import Storage

/// Every word of an index: how rare it is, and which words are close to one that is not in it. Made for one version of the
/// index.
struct Vocabulary: Sendable {
  /// A word that may have been meant.
  struct Guess: Sendable, Equatable {
    let word: String
    /// 1 for the same word; less the further away it is.
    let likeness: Double
  }

  let version: Int
  let chunks: Int
  let averageLength: Double
  private let words: Words

  init(_ build: ReferenceBuild, _ search: ReferenceSearch) throws {
    version = build.version
    chunks = max(1, build.chunks)
    averageLength = max(1, Double(build.terms) / Double(chunks))
    var made = Words()
    try search.words { word, count in made.add(Array(word.utf8), count) }
    words = made
  }

  /// In how many chunks words with this stem are.
  func uses(_ stem: UInt32) -> Int { min(chunks, Int(words.usesOfStem[stem] ?? 0)) }

  func has(_ word: [UInt8]) -> Bool { words.usesOfStem[TextTerms.key(word)] != nil }

  /// How much a word tells that is in so many chunks (Robertson and Spärck Jones, never negative).
  func weight(uses: Int) -> Double { log(1 + (Double(chunks) - Double(uses) + 0.5) / (Double(uses) + 0.5)) }

  /// The words that a misspelled or misheard one may stand for, the likeliest first.
  func guesses(_ word: [UInt8], most: Int = 4) -> [Guess] {
    guard word.count >= 4, word.count <= 24, !word.contains(where: { $0 < 0x61 }) else { return [] }
    let reach = word.count < 6 ? 1 : word.count < 12 ? 2 : 3
    let edits = EditDistance(to: word)
    var found: [(place: Int32, distance: Int, sounds: Bool)] = []
    let sound = WordSound.of(word)
    if sound.count >= 2 {
      for place in words.bySound[WordSound.key(sound)] ?? [] {
        let distance = words.distance(edits, place)
        if distance <= 4 { found.append((place, distance, true)) }
      }
    }
    let alike = Set(found.map(\.place))
    words.near(word, edits, reach: reach) { place, distance in
      if !alike.contains(place) { found.append((place, distance, false)) }
    }
    var guesses: [Guess] = found.map { guess($0, word.count) }
    guesses.sort { one, other in
      one.likeness == other.likeness ? one.word < other.word : one.likeness > other.likeness
    }
    return Array(guesses.prefix(most))
  }

  private func guess(_ found: (place: Int32, distance: Int, sounds: Bool), _ length: Int) -> Guess {
    let word = String(decoding: words[found.place], as: UTF8.self)
    let share = Double(found.distance) / Double(length)
    let likeness = found.sounds ? max(0.6, 0.95 - share * 0.8) : 0.95 - share * 1.3
    return Guess(word: word, likeness: max(0.4, likeness))
  }
}

/// The words, packed; by length and by sound.
private struct Words: Sendable {
  /// Words of one length: where each is, and which letters it has, a bit each.
  private struct Alike {
    var places: [Int32] = []
    var letters: [UInt32] = []
  }

  private var bytes: [UInt8] = []
  private var starts: [Int32] = [0]
  private var byLength = [Alike](repeating: Alike(), count: 41)
  private(set) var bySound: [UInt32: [Int32]] = [:]
  private(set) var usesOfStem: [UInt32: Int32] = [:]

  mutating func add(_ word: [UInt8], _ count: Int) {
    let place = Int32(starts.count - 1)
    bytes += word
    starts.append(Int32(bytes.count))
    usesOfStem[TextTerms.key(word), default: 0] += Int32(clamping: count)
    guard word.count >= 3, word.count <= 40, word.allSatisfy({ $0 >= 0x61 }) else { return }
    byLength[word.count].places.append(place)
    byLength[word.count].letters.append(Self.letters(word))
    let sound = WordSound.of(word)
    if sound.count >= 2 { bySound[WordSound.key(sound), default: []].append(place) }
  }

  subscript(_ place: Int32) -> ArraySlice<UInt8> { bytes[Int(starts[Int(place)])..<Int(starts[Int(place) + 1])] }

  func distance(_ edits: EditDistance, _ place: Int32) -> Int {
    bytes.withUnsafeBufferPointer { edits.from($0[Int(starts[Int(place)])..<Int(starts[Int(place) + 1])]) }
  }

  /// The words that are at most so many letters away. Most are left out by the letters that they have.
  func near(_ word: [UInt8], _ edits: EditDistance, reach: Int, _ body: (Int32, Int) -> Void) {
    let mask = Self.letters(word)
    for length in max(3, word.count - reach)...min(40, word.count + reach) {
      let alike = byLength[length]
      alike.letters.withUnsafeBufferPointer { letters in
        for (number, other) in letters.enumerated() {
          guard (mask & ~other).nonzeroBitCount <= reach, (other & ~mask).nonzeroBitCount <= reach else { continue }
          let distance = distance(edits, alike.places[number])
          if distance <= reach { body(alike.places[number], distance) }
        }
      }
    }
  }

  private static func letters(_ word: [UInt8]) -> UInt32 { word.reduce(0) { $0 | 1 << UInt32($1 & 31) } }
}
