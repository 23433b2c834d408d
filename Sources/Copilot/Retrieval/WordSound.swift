/// How a word sounds, roughly: its consonants by groups that speech recognition mixes up. `fennymore` and `fennimore`
/// sound the same, as do `brannock` and `brannoc`. After Metaphone (L. Philips, 1990), with fewer rules.
enum WordSound {
  /// - Parameter word: lower case; letters that are not ASCII are left out.
  static func of(_ word: [UInt8]) -> [UInt8] {
    let letters = word.filter { $0 >= 0x61 && $0 <= 0x7A }
    var sound: [UInt8] = []
    var place = 0
    while place < letters.count {
      let (code, used) = code(letters, place)
      place += used
      guard let code else { continue }
      if sound.last != code { sound.append(code) }
    }
    return sound
  }

  /// A sound as a number.
  static func key(_ sound: [UInt8]) -> UInt32 { sound.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 } }

  private static func code(_ word: [UInt8], _ place: Int) -> (UInt8?, Int) {
    func at(_ offset: Int) -> Character? {
      word.indices.contains(place + offset) ? Character(UnicodeScalar(word[place + offset])) : nil
    }
    let (letter, next) = (at(0) ?? " ", at(1))
    func one(_ code: Character, _ used: Int = 1) -> (UInt8?, Int) { (code.asciiValue, used) }
    switch (letter, next) {
    case ("k", "n") where place == 0, ("g", "n") where place == 0, ("w", "r") where place == 0: return (nil, 1)
    case ("p", "h"): return one("F", 2)
    case ("s", "h"), ("c", "h"): return one("X", 2)
    case ("t", "i") where at(2) == "o" || at(2) == "a", ("c", "i") where at(2) == "a": return one("X", 2)
    case ("t", "h"): return one("T", 2)
    case ("c", "k"), ("q", "u"): return one("K", 2)
    case ("g", "h"): return (place + 2 >= word.count || "t" == at(2)) ? (nil, 2) : one("K", 2)
    case ("d", "g"): return one("J", 2)
    case ("b", "f"), ("b", "v"), ("b", "p"): return one("P", 1)
    case ("c", "e"), ("c", "i"), ("c", "y"): return one("S")
    case ("g", "e"), ("g", "i"), ("g", "y"): return one("J")
    case ("a", _), ("e", _), ("i", _), ("o", _), ("u", _), ("y", _): return place == 0 ? one("A") : (nil, 1)
    case ("h", _), ("w", _): return place == 0 ? one(letter == "h" ? "H" : "W") : (nil, 1)
    case ("c", _), ("k", _), ("g", _), ("q", _): return one("K")
    case ("x", _): return one("K")
    case ("b", _), ("p", _): return one("P")
    case ("d", _), ("t", _): return one("T")
    case ("f", _), ("v", _): return one("F")
    case ("s", _), ("z", _): return one("S")
    case ("m", _), ("n", _): return one("N")
    case ("j", _): return one("J")
    case ("l", _): return one("L")
    case ("r", _): return one("R")
    default: return (nil, 1)
    }
  }
}
