/// How many letters have to be changed, put in, left out or swapped with their neighbour (optimal string alignment), with
/// a column of the table in the bits of one number (H. Hyyrö, 'A bit-vector algorithm for computing Levenshtein and
/// Damerau edit distances', 2003).
package struct EditDistance {
  /// Longest word that it takes.
  package static let longest = 64

  /// Where in the word each byte stands.
  private var places = [UInt64](repeating: 0, count: 256)
  private let count: Int
  private let last: UInt64

  /// - Parameter word: what is beyond ``longest`` bytes is left out.
  package init(to word: [UInt8]) {
    count = min(word.count, Self.longest)
    last = count == 0 ? 0 : 1 << UInt64(count - 1)
    for (place, letter) in word.prefix(Self.longest).enumerated() {
      places[Int(letter)] |= 1 << UInt64(place)
    }
  }

  package func from(_ other: some Sequence<UInt8>) -> Int {
    guard count > 0 else { return other.reduce(0) { sum, _ in sum + 1 } }
    var (up, down, equal, before): (UInt64, UInt64, UInt64, UInt64) = (.max, 0, 0, 0)
    var distance = count
    places.withUnsafeBufferPointer { places in
      for letter in other {
        let here = places[Int(letter)]
        let swapped = ((~equal & here) << 1) & before
        equal = (((here & up) &+ up) ^ up) | here | down | swapped
        var (more, less) = (down | ~(equal | up), equal & up)
        if more & last != 0 { distance += 1 }
        if less & last != 0 { distance -= 1 }
        more = more << 1 | 1
        less <<= 1
        up = less | ~(equal | more)
        down = more & equal
        before = here
      }
    }
    return distance
  }
}
