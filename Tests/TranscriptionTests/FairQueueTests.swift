import Testing
import Transcription

@Suite("Fair turns")
struct FairQueueTests {
  /// Takes everything, each item done before the next is taken.
  private func order(_ queue: inout FairQueue<String>, seconds: (String) -> Double) -> [String] {
    var order: [String] = []
    while let item = queue.takeFirst() {
      order.append(item)
      queue.settle(key: String(item.prefix(1)), cost: 1, seconds: seconds(item))
    }
    return order
  }

  @Test("one key's items come in their order") func inOrder() {
    var queue = FairQueue<String>()
    for number in 1...3 { queue.add("a\(number)", key: "a", cost: 1) }
    #expect(queue.count == 3)
    #expect(order(&queue) { _ in 1 } == ["a1", "a2", "a3"])
    #expect(queue.count == 0)
  }

  @Test("a key with one item doesn't wait behind another's hundred") func hundred() {
    var queue = FairQueue<String>()
    for number in 1...100 { queue.add("a\(number)", key: "a", cost: 1) }
    queue.add("b1", key: "b", cost: 1)
    #expect(order(&queue) { _ in 1 }.prefix(3).contains("b1"))
  }

  @Test("keys get the same number of seconds, whatever their items are long") func seconds() {
    var queue = FairQueue<String>()
    for number in 1...40 {
      queue.add("a\(number)", key: "a", cost: 1)
      queue.add("b\(number)", key: "b", cost: 1)
    }
    let first = order(&queue) { $0.hasPrefix("a") ? 3 : 1 }.prefix(40)
    let a = first.count { $0.hasPrefix("a") }
    #expect((9...11).contains(a), "\(first)")
  }

  @Test("who was idle does not make up for it") func idle() {
    var queue = FairQueue<String>()
    for number in 1...20 { queue.add("a\(number)", key: "a", cost: 1) }
    for _ in 1...10 { if queue.takeFirst() != nil { queue.settle(key: "a", cost: 1, seconds: 1) } }
    for number in 1...20 { queue.add("b\(number)", key: "b", cost: 1) }
    let next = order(&queue) { _ in 1 }.prefix(10)
    #expect((4...6).contains(next.count { $0.hasPrefix("b") }), "\(next)")
  }

  @Test("what is put back comes next among its key's and is charged once") func putBack() {
    var queue = FairQueue<String>()
    for number in 1...3 { queue.add("a\(number)", key: "a", cost: 1) }
    #expect(queue.takeFirst() == "a1")
    queue.putBack("a1", key: "a", cost: 1)
    #expect(queue.first == "a1" && queue.count == 3)
    queue.add("b1", key: "b", cost: 1)
    #expect(queue.takeFirst() == "a1" && queue.takeFirst() == "b1")
  }

  @Test("what nobody wants is gone") func removed() {
    var queue = FairQueue<String>()
    for number in 1...3 { queue.add("a\(number)", key: "a", cost: 1) }
    queue.removeAll { $0 == "a2" }
    #expect(queue.count == 2)
    #expect(order(&queue) { _ in 1 } == ["a1", "a3"])
  }
}
