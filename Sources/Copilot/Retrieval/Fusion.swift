import Domain

/// Joins two rankings by places alone: their scores have nothing to do with each other (Cormack, Clarke and Büttcher,
/// 'Reciprocal rank fusion', 2009).
enum Fusion {
  /// Their 60 is for runs of thousands. Here a question has a piece or two that answers it: with 60, pieces that are middling
  /// in both lists pass the first of either.
  private static let k = 5.0

  static func fuse(_ ranked: [Ranker.Ranked], _ near: [(number: Int64, likeness: Float)]) -> [Ranker.Ranked] {
    var scores: [Int64: Double] = [:]
    for (place, item) in ranked.enumerated() where item.score > 0 {
      scores[item.row.number, default: 0] += 1 / (k + Double(place) + 1)
    }
    for (place, item) in near.enumerated() { scores[item.number, default: 0] += 1 / (k + Double(place) + 1) }
    return ranked.map { item in
      var item = item
      item.score = scores[item.row.number] ?? 0
      return item
    }.sorted { $0.score > $1.score || ($0.score == $1.score && $0.row.number < $1.row.number) }
  }
}
