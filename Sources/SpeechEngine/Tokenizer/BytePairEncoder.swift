/// Merges the bytes of one piece of text by rank until no known pair is left. Source: Sennrich et al., arXiv 1508.07909.
struct BytePairEncoder: Sendable {
  private let byteIDs: Buffer<Int32>  // token of each single byte, -1 where there is none
  private let merges: MergeTable

  /// Tokens longer than this are no text of a Whisper vocabulary, whose longest has 128 bytes.
  private static let longestToken = 256

  /// - Parameter pairs: the merges by rank, as ids of the left, the right and the joined token.
  init(_ table: TokenTable, pairs: [(left: Int, right: Int, joined: Int)]) {
    byteIDs = Self.byteIDs(table)
    merges = MergeTable(
      pairs.enumerated().map { MergeTable.Merge($1.left, $1.right, rank: $0, id: $1.joined) })
  }

  /// For vocabularies without a list of merges: any two tokens that join to a third may merge, and the lowest id merges
  /// first, as tiktoken has it.
  init(ranksFollowIDs table: TokenTable) {
    byteIDs = Self.byteIDs(table)
    var merges: [MergeTable.Merge] = []
    for id in 0..<table.count {
      table.withBytes(of: id) { raw in
        guard (2...Self.longestToken).contains(raw.count) else { return }
        for cut in 1..<raw.count {
          guard let left = table.id(of: UnsafeRawBufferPointer(rebasing: raw[..<cut])),
            let right = table.id(of: UnsafeRawBufferPointer(rebasing: raw[cut...]))
          else { continue }
          merges.append(MergeTable.Merge(left, right, rank: id, id: id))
        }
      }
    }
    self.merges = MergeTable(merges)
  }

  func add(to writer: PackedWriter) {
    writer.add("merges/bytes", byteIDs)
    merges.add(to: writer)
  }

  /// nil where a part is missing or names tokens from `count` on.
  init?(_ file: PackedFile, count: Int) {
    guard let byteIDs: Buffer<Int32> = file.buffer("merges/bytes", count: 256),
      UnsafeBufferPointer(start: byteIDs.base, count: 256).allSatisfy({ $0 >= -1 && $0 < count }),
      let merges = MergeTable(file, count: count)
    else { return nil }
    (self.byteIDs, self.merges) = (byteIDs, merges)
  }

  private static func byteIDs(_ table: TokenTable) -> Buffer<Int32> {
    Buffer((0...255).map { byte in table.id(of: [UInt8(byte)]).map(Int32.init) ?? -1 })
  }

  /// Ids of one piece; bytes that the vocabulary lacks are left out.
  func encode(_ piece: some Sequence<UInt8>) -> [Int] {
    var parts = piece.map { byteIDs.base[Int($0)] }.filter { $0 >= 0 }
    while let (left, right, id) = bestPair(parts) { join(left, right, id, &parts) }
    return parts.map(Int.init)
  }

  private func bestPair(_ parts: [Int32]) -> (left: Int32, right: Int32, id: Int32)? {
    var best: (rank: Int32, left: Int32, right: Int32, id: Int32)?
    for (left, right) in zip(parts, parts.dropFirst()) {
      guard let merge = merges[left, right], merge.rank < best?.rank ?? .max else { continue }
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
