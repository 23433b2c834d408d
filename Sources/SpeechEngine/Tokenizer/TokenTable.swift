/// The bytes of every token by id, side by side in one block, and the ids by bytes.
struct TokenTable: Sendable {
  private var bytes: [UInt8] = []
  private var places: [Range<Int32>]  // by id; empty for ids without text
  private var slots: [Int32]  // open addressing; -1 is free

  /// - Parameter count: one more than the highest id.
  init(count: Int) {
    places = Array(repeating: 0..<0, count: count)
    var capacity = 16
    while capacity < 2 * count { capacity *= 2 }
    slots = Array(repeating: -1, count: capacity)
  }

  /// One more than the highest id.
  var count: Int { places.count }

  subscript(id: Int) -> ArraySlice<UInt8> {
    places.indices.contains(id) ? bytes[Int(places[id].lowerBound)..<Int(places[id].upperBound)] : []
  }

  /// Gives `id` its bytes; the first id with the same bytes is the one that is found by them.
  mutating func set(_ id: Int, _ text: [UInt8]) {
    guard places.indices.contains(id), places[id].isEmpty, !text.isEmpty else { return }
    places[id] = Int32(bytes.count)..<Int32(bytes.count + text.count)
    bytes += text
    let slot = text.withUnsafeBytes(slot)
    if slots[slot] < 0 { slots[slot] = Int32(id) }
  }

  func id(of text: UnsafeRawBufferPointer) -> Int? {
    let id = slots[slot(of: text)]
    return id < 0 ? nil : Int(id)
  }

  func id(of text: [UInt8]) -> Int? { text.withUnsafeBytes(id) }

  /// The slot that holds these bytes, or the free one where they belong.
  private func slot(of text: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()  // seeded for each process, so that no file can aim at collisions
    hasher.combine(bytes: text)
    var slot = hasher.finalize() & (slots.count - 1)
    while slots[slot] >= 0, !holds(Int(slots[slot]), text) { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private func holds(_ id: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let place = places[id]
    guard place.count == text.count else { return false }
    return bytes.withUnsafeBytes { $0[Int(place.lowerBound)..<Int(place.upperBound)].elementsEqual(text) }
  }
}
