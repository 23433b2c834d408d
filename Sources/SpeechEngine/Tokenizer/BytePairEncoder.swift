/// Merges the bytes of one piece of text by rank until no known pair is left. Source: Sennrich et al., arXiv 1508.07909.
struct BytePairEncoder: Sendable {
  private let byteIDs: [Int32]  // token of each single byte, -1 where there is none
  private var merges: [UInt64: Merge] = [:]  // by left id << 32 | right id

  private struct Merge {
    let rank: Int32
    let id: Int32
  }

  /// Tokens longer than this are no text of a Whisper vocabulary, whose longest has 128 bytes.
  private static let longestToken = 256

  /// - Parameter pairs: the merges by rank, as ids of the left, the right and the joined token.
  init(_ table: TokenTable, pairs: [(left: Int, right: Int, joined: Int)]) {
    byteIDs = Self.byteIDs(table)
    merges.reserveCapacity(pairs.count)
    for (rank, pair) in pairs.enumerated() {
      add(pair.left, pair.right, Merge(rank: Int32(rank), id: Int32(pair.joined)))
    }
  }

  /// For vocabularies without a list of merges: any two tokens that join to a third may merge, and the lowest id merges
  /// first, as tiktoken has it.
  init(ranksFollowIDs table: TokenTable) {
    byteIDs = Self.byteIDs(table)
    merges.reserveCapacity(2 * table.count)
    for id in 0..<table.count {
      let text = table[id]
      guard (2...Self.longestToken).contains(text.count) else { continue }
      text.withUnsafeBytes { raw in
        for cut in 1..<raw.count {
          guard let left = table.id(of: UnsafeRawBufferPointer(rebasing: raw[..<cut])),
            let right = table.id(of: UnsafeRawBufferPointer(rebasing: raw[cut...]))
          else { continue }
          add(left, right, Merge(rank: Int32(id), id: Int32(id)))
        }
      }
    }
  }

  private static func byteIDs(_ table: TokenTable) -> [Int32] {
    (0...255).map { byte in table.id(of: [UInt8(byte)]).map(Int32.init) ?? -1 }
  }

  private mutating func add(_ left: Int, _ right: Int, _ merge: Merge) {
    let key = UInt64(left) << 32 | UInt64(right)
    if merge.rank < merges[key]?.rank ?? .max { merges[key] = merge }
  }

  /// Ids of one piece; bytes that the vocabulary lacks are left out.
  func encode(_ piece: some Sequence<UInt8>) -> [Int] {
    var parts = piece.map { byteIDs[Int($0)] }.filter { $0 >= 0 }
    while let (left, right, id) = bestPair(parts) { join(left, right, id, &parts) }
    return parts.map(Int.init)
  }

  private func bestPair(_ parts: [Int32]) -> (left: Int32, right: Int32, id: Int32)? {
    var best: (rank: Int32, left: Int32, right: Int32, id: Int32)?
    for (left, right) in zip(parts, parts.dropFirst()) {
      guard let merge = merges[UInt64(left) << 32 | UInt64(right)], merge.rank < best?.rank ?? .max else { continue }
      best = (merge.rank, left, right, merge.id)
    }
    return best.map { ($0.left, $0.right, $0.id) }
  }

  /// Joins every such pair from left to right.
  private func join(_ left: Int32, _ right: Int32, _ id: Int32, _ parts: inout [Int32]) {
    var (from, to) = (0, 0)
    while from < parts.count {
      let isPair = parts[from] == left && from + 1 < parts.count && parts[from + 1] == right
      parts[to] = isPair ? id : parts[from]
      from += isPair ? 2 : 1
      to += 1
    }
    parts.removeLast(parts.count - to)
  }
}
