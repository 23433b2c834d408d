import Domain
import Foundation

/// Words that mean one thing in this trade, and words that mean nothing in a question.
struct WordGroups: Sendable {
  /// By the key of a word: the other words of its groups.
  private let others: [UInt32: [String]]
  private let everyday: Set<UInt32>

  static let shared = WordGroups()

  init() {
    var others: [UInt32: [String]] = [:]
    for words in Self.lines("synonyms.txt") + Self.lines("irregular.txt") {
      for word in words {
        let rest = words.filter { $0 != word }
        for key in TextTerms.keys(word) { others[key, default: []] += rest }
      }
    }
    self.others = others
    everyday = Set(Self.lines("everyday.txt").joined().flatMap(TextTerms.keys))
  }

  func others(_ key: UInt32) -> [String] { others[key] ?? [] }

  /// Whether it is a word that anybody may use, and so hardly a misspelling.
  func isEveryday(_ key: UInt32) -> Bool { everyday.contains(key) }

  private static func lines(_ name: String) -> [[String]] {
    let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ").map(String.init) }
  }

  private static let folder = ResourceFolder.of("Copilot").appending(path: "Words")

  /// Words that any question may have.
  static let empty: Set<String> = Set(
    """
    a about again all also am an and any are aren't as ask asked at be because been being but by can could did do does \
    doing done for from get give given go goes going got had has have having he her here hers him his how i if in into \
    is it its just know known let like me more most my myself no not of on one only or other our ours out over own \
    please said same say says she should so some something special such tell than that the their theirs them then \
    there these they thing things this those to too up us very was we were what when where which while who whom whose \
    why will with would yes you your yours happen happens much many long fast quickly far need needs \
    there's make makes made little kind sort \
    best better good possible already may might must shall soon often ever still yet too maybe perhaps please currently
    """.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { $0.filter { $0 != "'" } })
}
