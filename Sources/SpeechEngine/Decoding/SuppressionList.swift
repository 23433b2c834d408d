/// Tokens that never come, by what the options say. Finding out what is no speech takes the tokenizer a while, so the last
/// list stays. One thread at a time.
final class SuppressionList {
  private let model: WhisperModel
  private var last: (asked: [Int], ids: [Int]) = ([], [])

  init(_ model: WhisperModel) { self.model = model }

  /// Nothing for an empty list; else what it names (-1: what is no speech) and always the steering tokens. Ascending.
  func ids(_ asked: [Int]) -> [Int] {
    if asked != last.asked { last = (asked, find(asked)) }
    return last.ids
  }

  private func find(_ asked: [Int]) -> [Int] {
    guard !asked.isEmpty else { return [] }
    var ids = Set(asked.filter { (0..<model.shape.vocabulary).contains($0) })
    if asked.contains(-1) { ids.formUnion(SuppressedTokens.nonSpeech(model.tokenizer)) }
    return ids.union(SuppressedTokens.steering(model.special)).sorted()
  }
}
