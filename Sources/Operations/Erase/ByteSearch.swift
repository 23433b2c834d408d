/// Looks for many byte strings at once, in one pass. Text is found whatever the case of its ASCII letters.
struct ByteSearch: Sendable {
  struct Hits: Sendable, Equatable {
    /// Places with a name, an address or a number.
    var words = 0
    /// Places with an identifier, or a piece of a recording.
    var exact = 0

    var isEmpty: Bool { words == 0 && exact == 0 }
  }

  private struct Needle {
    let bytes: [UInt8]
    let isText: Bool
  }

  private let needles: [Needle]
  /// Needles by their first two bytes; nothing for most pairs.
  private let byStart: [[Int]]
  /// Whether any needle begins with a pair: what is asked for every byte.
  private let starts: [Bool]
  let longest: Int

  init(text: [String], exact: [[UInt8]]) {
    let all =
      text.map { Needle(bytes: $0.utf8.map(Self.folded), isText: true) }
      + exact.map { Needle(bytes: $0, isText: false) }
    needles = all.filter { $0.bytes.count >= 2 }
    var byStart = [[Int]](repeating: [], count: 1 << 16)
    for (index, needle) in needles.enumerated() {
      let heads = [needle.bytes[0], needle.bytes[1]].map { needle.isText ? Self.cases($0) : [$0] }
      for first in heads[0] {
        for second in heads[1] { byStart[Self.pair(first, second)].append(index) }
      }
    }
    self.byStart = byStart
    starts = byStart.map { !$0.isEmpty }
    longest = needles.map(\.bytes.count).max() ?? 0
  }

  /// - Parameter known: how many bytes at the beginning were looked at before; what lies in them alone is not told again.
  func hits(in bytes: UnsafeRawBufferPointer, known: Int = 0) -> Hits {
    var hits = Hits()
    guard longest > 0, bytes.count >= 2 else { return hits }
    starts.withUnsafeBufferPointer { starts in
      for place in 0..<(bytes.count - 1) {
        let pair = Self.pair(bytes[place], bytes[place + 1])
        if starts[pair] { look(at: place, byStart[pair], in: bytes, known, &hits) }
      }
    }
    return hits
  }

  private func look(
    at place: Int, _ candidates: [Int], in bytes: UnsafeRawBufferPointer, _ known: Int, _ hits: inout Hits
  ) {
    for index in candidates {
      let needle = needles[index]
      let end = place + needle.bytes.count
      guard end <= bytes.count, end > known, Self.matches(needle, bytes, place) else { continue }
      if needle.isText { hits.words += 1 } else { hits.exact += 1 }
    }
  }

  private static func matches(_ needle: Needle, _ bytes: UnsafeRawBufferPointer, _ place: Int) -> Bool {
    for (offset, wanted) in needle.bytes.enumerated() {
      let byte = bytes[place + offset]
      if (needle.isText ? folded(byte) : byte) != wanted { return false }
    }
    return true
  }

  private static func pair(_ first: UInt8, _ second: UInt8) -> Int { Int(first) << 8 | Int(second) }

  private static func folded(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

  private static func cases(_ folded: UInt8) -> [UInt8] {
    (97...122).contains(folded) ? [folded, folded - 32] : [folded]
  }
}

/// Feeds bytes to a search as they come, so that nothing is missed between two pieces.
struct ByteScanner {
  private let search: ByteSearch
  private var tail: [UInt8] = []
  private(set) var hits = ByteSearch.Hits()
  private(set) var bytes = 0

  init(_ search: ByteSearch) { self.search = search }

  mutating func feed(_ piece: UnsafeRawBufferPointer) {
    bytes += piece.count
    let known = tail.count
    var window = tail
    window.append(contentsOf: piece)
    let found = window.withUnsafeBytes { search.hits(in: $0, known: known) }
    hits.words += found.words
    hits.exact += found.exact
    tail = Array(window.suffix(max(0, search.longest - 1)))
  }
}
