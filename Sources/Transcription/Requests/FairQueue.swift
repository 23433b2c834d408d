/// How soon a request wants its turn.
public enum RequestPriority: String, Sendable, Codable, CaseIterable {
  case high, normal, low

  /// Seconds that this one gets beside those that the others get, while requests of each wait: none waits for ever.
  var share: Double {
    switch self {
    case .high: 16
    case .normal: 4
    case .low: 1
    }
  }
}

/// What a request is served as.
package struct FairTurn: Sendable, Equatable {
  package let key: String
  package let priority: RequestPriority
  /// Seconds that it will take, as far as is known.
  package let cost: Double

  package init(key: String, priority: RequestPriority = .normal, cost: Double) {
    (self.key, self.priority, self.cost) = (key, priority, cost)
  }
}

/// Who comes next. First which priority: each has its share of the seconds. Then which of the keys that wait with it: the one that
/// was served the fewest seconds, whatever their priorities. Of those, who came first. Pure.
package struct FairQueue<Item: Sendable>: Sendable {
  private var waiting: [RequestPriority: [String: [(item: Item, cost: Double)]]] = [:]
  private var keys = ShareLedger<String>()
  /// In seconds for a share of 1.
  private var priorities = ShareLedger<RequestPriority>()
  package private(set) var count = 0

  package init() {}

  package mutating func add(_ item: Item, _ turn: FairTurn) {
    keys.join(turn.key)
    priorities.join(turn.priority)
    waiting[turn.priority, default: [:]][turn.key, default: []].append((item, turn.cost))
    count += 1
  }

  /// Puts back what was taken: it comes next among its key's, and is charged once.
  package mutating func putBack(_ item: Item, _ turn: FairTurn) {
    correct(turn, by: -turn.cost)
    waiting[turn.priority, default: [:]][turn.key, default: []].insert((item, turn.cost), at: 0)
    count += 1
  }

  /// The next, without taking it.
  package var first: Item? { next?.item }

  package mutating func takeFirst() -> Item? {
    guard let next else { return nil }
    let turn = next.turn
    waiting[turn.priority]?[turn.key]?.removeFirst()
    dropIfEmpty(turn)
    count -= 1
    keys.begin(turn.key, seconds: turn.cost)
    priorities.begin(turn.priority, seconds: turn.cost / turn.priority.share)
    return next.item
  }

  /// What was taken is done and took `seconds` where another cost was expected.
  package mutating func settle(_ turn: FairTurn, seconds: Double) {
    correct(turn, by: seconds - turn.cost)
    leave(turn.key, turn.priority)
  }

  package mutating func removeAll(where isGone: (Item) -> Bool) {
    for (priority, lines) in waiting {
      for (key, items) in lines {
        let kept = items.filter { !isGone($0.item) }
        for _ in kept.count..<items.count { leave(key, priority) }
        count -= items.count - kept.count
        waiting[priority]?[key] = kept.isEmpty ? nil : kept
      }
    }
  }

  private var next: (item: Item, turn: FairTurn)? {
    RequestPriority.allCases.compactMap(first).min { end($0.turn) < end($1.turn) }
  }

  private func first(of priority: RequestPriority) -> (item: Item, turn: FairTurn)? {
    let line = (waiting[priority] ?? [:]).min { (keys[$0.key], $0.key) < (keys[$1.key], $1.key) }
    guard let line, let first = line.value.first else { return nil }
    return (first.item, FairTurn(key: line.key, priority: priority, cost: first.cost))
  }

  /// What its priority will have come to when it is done: by what it had come to, a low one would go first where it joins.
  private func end(_ turn: FairTurn) -> Double { priorities[turn.priority] + turn.cost / turn.priority.share }

  private mutating func correct(_ turn: FairTurn, by seconds: Double) {
    keys.correct(turn.key, by: seconds)
    priorities.correct(turn.priority, by: seconds / turn.priority.share)
  }

  private mutating func leave(_ key: String, _ priority: RequestPriority) {
    keys.leave(key)
    priorities.leave(priority)
  }

  private mutating func dropIfEmpty(_ turn: FairTurn) {
    if waiting[turn.priority]?[turn.key]?.isEmpty == true { waiting[turn.priority]?[turn.key] = nil }
  }
}
