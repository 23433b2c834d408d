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

  init(_ build: ReferenceBuild, _ words: ((String, Int) -> Void) throws -> Void) rethrows {
    version = build.version
    chunks = max(1, build.chunks)
    averageLength = max(1, Double(build.terms) / Double(chunks))
    var made = Words()
    try words { word, count in made.add(Array(word.utf8), count) }
    self.words = made
  }

  init(_ build: ReferenceBuild, store: ReferenceStore) throws {
    var found: [(String, Int)] = []
    try store.words { found.append(($0, $1)) }
    self.init(build) { body in found.forEach { body($0.0, $0.1) } }
  }

  var count: Int { words.letters.count }

  /// In how many chunks words with this stem are.
  func uses(_ stem: UInt32) -> Int { min(chunks, Int(words.usesOfStem[stem] ?? 0)) }

  func has(_ word: [UInt8]) -> Bool { words.usesOfStem[TextTerms.key(word)] != nil }

  /// How much a word tells that is in so many chunks (Robertson and Spärck Jones, never negative).
  func weight(uses: Int) -> Double { log(1 + (Double(chunks) - Double(uses) + 0.5) / (Double(uses) + 0.5)) }

  /// The words that a misspelled or misheard one may stand for, the likeliest first.
  func guesses(_ word: [UInt8], most: Int = 4) -> [Guess] {
    guard word.count >= 4, word.count <= 24, !word.contains(where: { $0 < 0x61 }) else { return [] }
    let reach = word.count < 6 ? 1 : word.count < 12 ? 2 : 3
    var found: [(place: Int, distance: Int, sounds: Bool)] = []
    let sound = WordSound.of(word)
    if sound.count >= 2 {
      for place in words.bySound[WordSound.key(sound)] ?? [] {
        let distance = EditDistance.between(word, words[place], limit: 4)
        if distance <= 4 { found.append((Int(place), distance, true)) }
      }
    }
    let alike = Set(found.map(\.place))
    words.near(word, reach: reach) { place, distance in
      if !alike.contains(place) { found.append((place, distance, false)) }
    }
    var guesses: [Guess] = found.map { guess($0, word.count) }
    guesses.sort { one, other in
      one.likeness == other.likeness ? one.word < other.word : one.likeness > other.likeness
    }
    return Array(guesses.prefix(most))
  }

  private func guess(_ found: (place: Int, distance: Int, sounds: Bool), _ length: Int) -> Guess {
    let word = String(decoding: words[Int32(found.place)], as: UTF8.self)
    let share = Double(found.distance) / Double(length)
    let likeness = found.sounds ? max(0.6, 0.95 - share * 0.8) : 0.95 - share * 1.3
    return Guess(word: word, likeness: max(0.4, likeness))
  }
}

/// The words, packed; by length and by sound.
private struct Words: Sendable {
  private var bytes: [UInt8] = []
  private var starts: [Int32] = [0]
  /// Which letters a word has, a bit each.
  private(set) var letters: [UInt32] = []
  private var byLength = [[Int32]](repeating: [], count: 41)
  private(set) var bySound: [UInt32: [Int32]] = [:]
  private(set) var usesOfStem: [UInt32: Int32] = [:]

  mutating func add(_ word: [UInt8], _ count: Int) {
    let place = Int32(letters.count)
    bytes += word
    starts.append(Int32(bytes.count))
    letters.append(Self.letters(word))
    usesOfStem[TextTerms.key(word), default: 0] += Int32(clamping: count)
    guard word.count >= 3, word.count <= 40, word.allSatisfy({ $0 >= 0x61 }) else { return }
    byLength[word.count].append(place)
    let sound = WordSound.of(word)
    if sound.count >= 2 { bySound[WordSound.key(sound), default: []].append(place) }
  }

  subscript(_ place: Int32) -> [UInt8] { Array(bytes[Int(starts[Int(place)])..<Int(starts[Int(place) + 1])]) }

  /// The words that are at most so many letters away. Most are left out by the letters that they have.
  func near(_ word: [UInt8], reach: Int, _ body: (Int, Int) -> Void) {
    let mask = Self.letters(word)
    for length in max(3, word.count - reach)...min(40, word.count + reach) {
      for place in byLength[length] {
        let other = letters[Int(place)]
        guard (mask & ~other).nonzeroBitCount <= reach, (other & ~mask).nonzeroBitCount <= reach else { continue }
        let distance = bytes.withUnsafeBufferPointer {
          EditDistance.between(word, $0[Int(starts[Int(place)])..<Int(starts[Int(place) + 1])], limit: reach)
        }
        if distance <= reach { body(Int(place), distance) }
      }
    }
  }

  private static func letters(_ word: [UInt8]) -> UInt32 {
    word.reduce(0) { $0 | ($1 >= 0x61 && $1 <= 0x7A ? 1 << UInt32($1 - 0x61) : 1 << 27) }
  }
}

/// How many letters have to be changed, put in, left out or swapped with their neighbour (optimal string alignment).
enum EditDistance {
  /// - Parameter limit: the less, the faster.
  /// - Returns: more than the limit where it is more.
  static func between(
    _ one: [UInt8], _ other: some RandomAccessCollection<UInt8>, limit: Int
  ) -> Int {
    let width = other.count + 1
    if abs(one.count - other.count) > limit { return limit + 1 }
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * width) { rows in
      for column in 0..<width { (rows[column], rows[width + column]) = (0, column) }
      var (before, row, next) = (0, width, 2 * width)
      for (i, letter) in one.enumerated() {
        rows[next] = i + 1
        var (least, previous) = (i + 1, UInt8(0))
        for (j, match) in other.enumerated() {
          var cost = min(rows[row + j] + (letter == match ? 0 : 1), rows[row + j + 1] + 1, rows[next + j] + 1)
          if i > 0, j > 0, letter == previous, one[i - 1] == match { cost = min(cost, rows[before + j - 1] + 1) }
          rows[next + j + 1] = cost
          least = min(least, cost)
          previous = match
        }
        if least > limit { return limit + 1 }
        (before, row, next) = (row, next, before)
      }
      return rows[row + width - 1]
    }
  }
}
