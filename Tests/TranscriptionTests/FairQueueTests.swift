import Testing
import Transcription

@Suite("Fair turns")
struct FairQueueTests {
  /// Takes everything, each item done before the next is taken.
  private func order(_ queue: inout FairQueue<String>, seconds: (String) -> Double) -> [String] {
    var order: [String] = []
    while let item = queue.takeFirst() {
      order.append(item)
      queue.settle(FairTurn(key: String(item.prefix(1)), cost: 1), seconds: seconds(item))
    }
    return order
  }

  @Test("one key's items come in their order") func inOrder() {
    var queue = FairQueue<String>()
    for number in 1...3 { queue.add("a\(number)", FairTurn(key: "a", cost: 1)) }
    #expect(queue.count == 3)
    #expect(order(&queue) { _ in 1 } == ["a1", "a2", "a3"])
    #expect(queue.count == 0)
  }

  @Test("a key with one item doesn't wait behind another's hundred") func hundred() {
    var queue = FairQueue<String>()
    for number in 1...100 { queue.add("a\(number)", FairTurn(key: "a", cost: 1)) }
    queue.add("b1", FairTurn(key: "b", cost: 1))
    #expect(order(&queue) { _ in 1 }.prefix(3).contains("b1"))
  }

  @Test("keys get the same number of seconds, whatever their items are long") func seconds() {
    var queue = FairQueue<String>()
    for number in 1...40 {
      queue.add("a\(number)", FairTurn(key: "a", cost: 1))
      queue.add("b\(number)", FairTurn(key: "b", cost: 1))
    }
    let first = order(&queue) { $0.hasPrefix("a") ? 3 : 1 }.prefix(40)
    let a = first.count { $0.hasPrefix("a") }
    #expect((9...11).contains(a), "\(first)")
  }

  @Test("who was idle does not make up for it") func idle() {
    var queue = FairQueue<String>()
    for number in 1...20 { queue.add("a\(number)", FairTurn(key: "a", cost: 1)) }
    for _ in 1...10 { if queue.takeFirst() != nil { queue.settle(FairTurn(key: "a", cost: 1), seconds: 1) } }
    for number in 1...20 { queue.add("b\(number)", FairTurn(key: "b", cost: 1)) }
    let next = order(&queue) { _ in 1 }.prefix(10)
    #expect((4...6).contains(next.count { $0.hasPrefix("b") }), "\(next)")
  }

  @Test("what is put back comes next among its key's and is charged once") func putBack() {
    var queue = FairQueue<String>()
    for number in 1...3 { queue.add("a\(number)", FairTurn(key: "a", cost: 1)) }
    #expect(queue.takeFirst() == "a1")
    queue.putBack("a1", FairTurn(key: "a", cost: 1))
    #expect(queue.first == "a1" && queue.count == 3)
    queue.add("b1", FairTurn(key: "b", cost: 1))
    #expect(queue.takeFirst() == "a1" && queue.takeFirst() == "b1")
  }

  @Test("what nobody wants is gone") func removed() {
    var queue = FairQueue<String>()
    for number in 1...3 { queue.add("a\(number)", FairTurn(key: "a", cost: 1)) }
    queue.removeAll { $0 == "a2" }
    #expect(queue.count == 2)
    #expect(order(&queue) { _ in 1 } == ["a1", "a3"])
  }

  /// Takes everything, each item done before the next is taken; an item's first letter is its key, the second its priority.
  private func order(_ items: [String]) -> [String] {
    func turn(_ item: String) -> FairTurn {
      let priority: RequestPriority =
        item.dropFirst().hasPrefix("h") ? .high : item.dropFirst().hasPrefix("l") ? .low : .normal
      return FairTurn(key: String(item.prefix(1)), priority: priority, cost: 1)
    }
    var queue = FairQueue<String>()
    for item in items { queue.add(item, turn(item)) }
    var order: [String] = []
    while let item = queue.takeFirst() {
      order.append(item)
      queue.settle(turn(item), seconds: 1)
    }
    return order
  }

  private func many(_ name: String, _ count: Int) -> [String] { (1...count).map { "\(name)\($0)" } }

  @Test("high goes before normal and normal before low, also among one key's") func priorities() {
    #expect(order(["al1", "an1", "bn1", "ch1"]) == ["ch1", "an1", "bn1", "al1"])
    #expect(order(["al1", "an1", "ah1"]) == ["ah1", "an1", "al1"])
  }

  @Test("low waits for its share and not for ever") func starvation() throws {
    let order = order(many("ah", 200) + many("bn", 200) + many("cl", 2))
    let normal = try #require(order.firstIndex(of: "bn1"))
    let low = try #require(order.firstIndex(of: "cl1"))
    #expect((3...6).contains(normal) && (18...24).contains(low), "normal \(normal), low \(low)")
    let first = order.prefix(105)
    #expect(
      (75...85).contains(first.count { $0.hasPrefix("ah") }) && (17...23).contains(first.count { $0.hasPrefix("bn") }))
  }

  @Test("a key that asks with several priorities gets no more than one that asks with one") func fairAcross() {
    let order = order(many("al", 60) + many("an", 60) + many("bn", 120)).prefix(60)
    #expect((28...32).contains(order.count { $0.hasPrefix("b") }), "\(order)")
  }

  @Test("a priority that was idle does not make up for it") func idlePriority() {
    var queue = FairQueue<String>()
    let (normal, low) = (FairTurn(key: "a", cost: 1), FairTurn(key: "b", priority: .low, cost: 1))
    for number in 1...40 { queue.add("n\(number)", normal) }
    for _ in 1...20 where queue.takeFirst() != nil { queue.settle(normal, seconds: 1) }
    for number in 1...9 { queue.add("l\(number)", low) }
    var next: [String] = []
    for _ in 1...10 {
      guard let item = queue.takeFirst() else { break }
      next.append(item)
      queue.settle(item.hasPrefix("l") ? low : normal, seconds: 1)
    }
    #expect((1...3).contains(next.count { $0.hasPrefix("l") }), "\(next)")
  }
}
