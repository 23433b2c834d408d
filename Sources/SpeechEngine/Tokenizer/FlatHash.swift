/// What hash tables in flat memory share: linear probing, a power of two of slots, at most half of them taken.
enum FlatHash {
  static func capacity(for count: Int) -> Int {
    var capacity = 16
    while capacity < 2 * count { capacity *= 2 }
    return capacity
  }

  /// Whether every slot is free or holds something that exists, and a search ends.
  static func isTable<Slot>(_ slots: Buffer<Slot>, isFree: (Slot) -> Bool, holds: (Slot) -> Bool) -> Bool {
    let all = UnsafeBufferPointer(start: slots.base, count: slots.count)
    return slots.count.nonzeroBitCount == 1 && all.contains(where: isFree) && all.allSatisfy { isFree($0) || holds($0) }
  }

  static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    var (state, at) = (mix(seed, UInt64(bytes.count)), 0)
    while at + 8 <= bytes.count {
      state = mix(state, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    var rest: UInt64 = 0
    while at < bytes.count {
      rest = rest << 8 | UInt64(bytes[at])
      at += 1
    }
    return mix(state, rest)
  }

  /// Both halves of a product, folded: each bit of the result depends on all of the state and the value.
  static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
    let product = (state ^ value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: state | 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low &+ (state << 1 | 1)
  }
}
