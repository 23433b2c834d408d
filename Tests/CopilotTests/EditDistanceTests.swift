import Copilot
import Testing

@Suite("Distances of words") struct EditDistanceTests {
  @Test(
    "letters that are changed, put in, left out or swapped count one each",
    arguments: [
      ("mulch", "mulch", 0), ("mulch", "mulsh", 1), ("mulch", "muclh", 1), ("mulch", "mulh", 1), ("mulch", "mulchy", 1),
      ("ca", "abc", 3), ("irrigation", "irragatoin", 2), ("a", "b", 1), ("abcdef", "", 6), ("", "abc", 3),
    ])
  func known(one: String, other: String, distance: Int) {
    #expect(EditDistance(to: Array(one.utf8)).from(Array(other.utf8)) == distance)
  }

  @Test("any two words are as far apart as the table of optimal string alignment says, both ways")
  func anyWords() {
    var random = Words()
    for _ in 0..<3_000 {
      let (one, other) = (random.next(), random.next())
      let distance = Self.table(one, other)
      #expect(EditDistance(to: one).from(other) == distance && EditDistance(to: other).from(one) == distance)
    }
  }

  private static func table(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var rows = [Array(0...other.count)]
    for i in 1...max(1, one.count) where !one.isEmpty {
      var row = [i]
      for j in 1...max(1, other.count) where !other.isEmpty {
        let isSame = one[i - 1] == other[j - 1]
        var cost = min(rows[i - 1][j - 1] + (isSame ? 0 : 1), rows[i - 1][j] + 1, row[j - 1] + 1)
        if i > 1, j > 1, one[i - 1] == other[j - 2], one[i - 2] == other[j - 1] {
          cost = min(cost, rows[i - 2][j - 2] + 1)
        }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[one.count][other.count]
  }

  /// Short words of three letters, so that they are often alike; the same every time.
  private struct Words {
    private var state: UInt64 = 7

    mutating func next() -> [UInt8] { (0..<Int(draw() % 14)).map { _ in 0x61 + UInt8(draw() % 3) } }

    private mutating func draw() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
