/// Who comes next: of all keys that wait, the one that was served the fewest seconds. Within a key, who came first. Pure.
///
/// A key that was idle does not save up: it joins where the others are.
package struct FairQueue<Item: Sendable>: Sendable {
  private struct Line: Sendable {
    var waiting: [(item: Item, cost: Double)] = []
    /// Seconds, as if it had been here from the start.
    var served = 0.0
    var running = 0
  }

  private var lines: [String: Line] = [:]
  /// What the key that was served last had come to.
  private var pace = 0.0
  package private(set) var count = 0

  package init() {}

  /// - Parameter cost: seconds that it will take, as far as is known.
  package mutating func add(_ item: Item, key: String, cost: Double) {
    join(key)
    lines[key]?.waiting.append((item, cost))
    count += 1
  }

  /// Puts back what was taken: it comes next among its key's, and is charged once.
  package mutating func putBack(_ item: Item, key: String, cost: Double) {
    join(key)
    lines[key]?.waiting.insert((item, cost), at: 0)
    lines[key]?.served -= cost
    lines[key]?.running -= 1
    count += 1
  }

  private mutating func join(_ key: String) {
    var line = lines[key] ?? Line()
    if line.waiting.isEmpty, line.running == 0 { line.served = max(line.served, pace) }
    lines[key] = line
  }

  /// The next, without taking it.
  package var first: Item? { nextKey.flatMap { lines[$0]?.waiting.first?.item } }

  package mutating func takeFirst() -> Item? {
    guard let key = nextKey, let first = lines[key]?.waiting.removeFirst() else { return nil }
    count -= 1
    pace = lines[key]?.served ?? pace
    lines[key]?.served += first.cost
    lines[key]?.running += 1
    return first.item
  }

  /// What was taken is done and took `seconds` where `cost` was expected.
  package mutating func settle(key: String, cost: Double, seconds: Double) {
    lines[key]?.served += seconds - cost
    lines[key]?.running -= 1
    if let line = lines[key], line.waiting.isEmpty, line.running <= 0, line.served <= pace { lines[key] = nil }
  }

  package mutating func removeAll(where isGone: (Item) -> Bool) {
    for key in lines.keys { lines[key]?.waiting.removeAll { isGone($0.item) } }
    count = lines.values.reduce(0) { $0 + $1.waiting.count }
  }

  private var nextKey: String? {
    lines.filter { !$0.value.waiting.isEmpty }.min { ($0.value.served, $0.key) < ($1.value.served, $1.key) }?.key
  }
}
