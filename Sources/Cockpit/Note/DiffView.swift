import Domain

/// Where two texts differ, with some words around each place.
struct DiffView: Sendable {
  struct Piece: Sendable {
    let gap: String
    let text: String
    let isRemoved: Bool
    let isAdded: Bool
  }
  struct Place: Sendable { let pieces: [Piece] }

  /// `3 differences`
  let label: String
  let places: [Place]
  let isEmpty: Bool

  /// So many words stand around a difference.
  private static let around = 8

  init(from first: String, to second: String) {
    let runs = WordDiff.runs(from: first, to: second)
    let count = WordDiff.count(runs)
    label = count == 1 ? "1 difference" : "\(count) differences"
    isEmpty = count == 0
    var places: [[Piece]] = []
    for (index, run) in runs.enumerated() {
      let isSame = run.kind == .same
      if places.isEmpty { places.append([]) }
      guard isSame else {
        Self.add(run.text, run.kind, to: &places[places.count - 1])
        continue
      }
      let words = run.text.split(separator: " ")
      let (isFirst, isLast) = (index == 0, index == runs.count - 1)
      if isFirst {
        Self.add(Self.end(of: words), .same, to: &places[places.count - 1])
      } else if isLast || words.count > Self.around * 2 {
        Self.add(Self.beginning(of: words), .same, to: &places[places.count - 1])
        if !isLast { places.append([]) }
        if !isLast { Self.add(Self.end(of: words), .same, to: &places[places.count - 1]) }
      } else {
        Self.add(run.text, .same, to: &places[places.count - 1])
      }
    }
    self.places = count == 0 ? [] : places.map { Place(pieces: $0) }
  }

  private static func add(_ text: String, _ kind: WordDiff.Kind, to pieces: inout [Piece]) {
    guard !text.isEmpty else { return }
    pieces.append(
      Piece(gap: pieces.isEmpty ? "" : " ", text: text, isRemoved: kind == .removed, isAdded: kind == .added))
  }

  private static func end(of words: [Substring]) -> String {
    words.count > around ? "…" + words.suffix(around).joined(separator: " ") : words.joined(separator: " ")
  }

  private static func beginning(of words: [Substring]) -> String {
    words.count > around ? words.prefix(around).joined(separator: " ") + "…" : words.joined(separator: " ")
  }
}
