/// Which two tokens join to which third, and which pair goes first: a table that can be mapped from a file.
struct MergeTable: Sendable {
  struct Merge: BitwiseCopyable {
    let left: Int32
    let right: Int32
    let rank: Int32
    let id: Int32

    init(_ left: Int, _ right: Int, rank: Int, id: Int) {
      self.left = Int32(left)
      self.right = Int32(right)
      self.rank = Int32(rank)
      self.id = Int32(id)
    }

    static let free = Merge(-1, -1, rank: -1, id: -1)
    var isFree: Bool { left < 0 }
  }

  private let slots: Buffer<Merge>
  private let seed: UInt64

  /// Of a pair that is there twice the lower rank counts.
  init(_ merges: [Merge]) {
    slots = Buffer([Merge](repeating: .free, count: FlatHash.capacity(for: merges.count)))
    seed = .random(in: 0 ... .max)
    for merge in merges {
      let slot = slot(of: merge.left, merge.right)
      if slots.base[slot].isFree || merge.rank < slots.base[slot].rank { slots.base[slot] = merge }
    }
  }

  subscript(left: Int32, right: Int32) -> Merge? {
    let merge = slots.base[slot(of: left, right)]
    return merge.isFree ? nil : merge
  }

  /// The slot that holds this pair, or the free one where it belongs.
  private func slot(of left: Int32, _ right: Int32) -> Int {
    let (mask, pair) = (slots.count - 1, UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right)))
    var slot = Int(truncatingIfNeeded: FlatHash.mix(seed, pair)) & mask
    while !slots.base[slot].isFree, slots.base[slot].left != left || slots.base[slot].right != right {
      slot = (slot + 1) & mask
    }
    return slot
  }
}

// MARK: - Kept in a file

extension MergeTable {
  func add(to writer: PackedWriter) {
    writer.add("merges/slots", slots)
    writer.add("merges/seed", Buffer([seed]))
  }

  /// nil where a part is missing or names tokens from `count` on.
  init?(_ file: PackedFile, count: Int) {
    guard let slots: Buffer<Merge> = file.buffer("merges/slots"),
      let seed: Buffer<UInt64> = file.buffer("merges/seed", count: 1),
      FlatHash.isTable(slots, isFree: \.isFree, holds: { $0.id >= 0 && $0.id < count })
    else { return nil }
    (self.slots, self.seed) = (slots, seed.base[0])
  }
}
