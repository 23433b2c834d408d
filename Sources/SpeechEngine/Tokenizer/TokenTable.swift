/// The bytes of every token by id, side by side in one block, and the ids by bytes: tables that can be mapped from a file.
struct TokenTable: Sendable {
  private let bytes: Buffer<UInt8>
  /// Where each id's bytes start; one more than there are ids. Ids without text have no bytes.
  private let starts: Buffer<Int32>
  /// Open addressing; -1 is free.
  private let slots: Buffer<Int32>
  /// Chosen at random for each table, so that no file can aim at collisions.
  private let seed: UInt64

  /// - Parameters:
  ///   - count: one more than the highest id.
  ///   - texts: the bytes of ids in any order. The first text of an id counts, and of equal texts the first is found.
  init(count: Int, texts: [(id: Int, bytes: [UInt8])]) {
    var owners = [Int](repeating: -1, count: count)
    for (index, text) in texts.enumerated()
    where owners.indices.contains(text.id) && owners[text.id] < 0 && !text.bytes.isEmpty { owners[text.id] = index }
    starts = Buffer(count: count + 1)
    var all: [UInt8] = []
    for (id, owner) in owners.enumerated() {
      if owner >= 0 { all += texts[owner].bytes }
      starts.base[id + 1] = Int32(all.count)
    }
    bytes = Buffer(all)
    slots = Buffer([Int32](repeating: -1, count: FlatHash.capacity(for: count)))
    seed = .random(in: 0 ... .max)
    for (index, text) in texts.enumerated() where owners.indices.contains(text.id) && owners[text.id] == index {
      text.bytes.withUnsafeBytes { raw in
        let slot = slot(of: raw)
        if slots.base[slot] < 0 { slots.base[slot] = Int32(text.id) }
      }
    }
  }

  /// One more than the highest id.
  var count: Int { starts.count - 1 }

  func append(_ id: Int, to target: inout [UInt8]) { withBytes(of: id) { target += $0 } }

  /// None for special tokens and unknown ids.
  func withBytes<Result>(of id: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(bytes) { try body(text(id)) }
  }

  private func text(_ id: Int) -> UnsafeRawBufferPointer {
    guard id >= 0, id < count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let (start, end) = (Int(starts.base[id]), Int(starts.base[id + 1]))
    return UnsafeRawBufferPointer(start: bytes.base + start, count: end - start)
  }

  func id(of text: UnsafeRawBufferPointer) -> Int? {
    let id = slots.base[slot(of: text)]
    return id < 0 ? nil : Int(id)
  }

  func id(of text: [UInt8]) -> Int? { text.withUnsafeBytes(id) }

  /// The slot that holds these bytes, or the free one where they belong.
  private func slot(of text: UnsafeRawBufferPointer) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: FlatHash.hash(text, seed: seed)) & mask
    while slots.base[slot] >= 0, !self.text(Int(slots.base[slot])).elementsEqual(text) { slot = (slot + 1) & mask }
    return slot
  }
}

// MARK: - Kept in a file

extension TokenTable {
  func add(to writer: PackedWriter) {
    writer.add("tokens/bytes", bytes)
    writer.add("tokens/starts", starts)
    writer.add("tokens/slots", slots)
    writer.add("tokens/seed", Buffer([seed]))
  }

  /// nil where a part is missing or points out of another.
  init?(_ file: PackedFile) {
    guard let bytes: Buffer<UInt8> = file.buffer("tokens/bytes"),
      let starts: Buffer<Int32> = file.buffer("tokens/starts"),
      let slots: Buffer<Int32> = file.buffer("tokens/slots"),
      let seed: Buffer<UInt64> = file.buffer("tokens/seed", count: 1),
      Self.isWhole(starts, bytes: bytes.count),
      FlatHash.isTable(slots, isFree: { $0 == -1 }, holds: { $0 >= 0 && $0 < starts.count - 1 })
    else { return nil }
    (self.bytes, self.starts, self.slots, self.seed) = (bytes, starts, slots, seed.base[0])
  }

  private static func isWhole(_ starts: Buffer<Int32>, bytes: Int) -> Bool {
    let starts = UnsafeBufferPointer(start: starts.base, count: starts.count)
    return starts.first == 0 && starts.last.map(Int.init) == bytes && zip(starts, starts.dropFirst()).allSatisfy(<=)
  }
}
