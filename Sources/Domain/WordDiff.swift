/// What differs between two texts, word by word. Pure.
public enum WordDiff {
  public enum Kind: String, Sendable {
    case same
    /// Only in the first text.
    case removed
    /// Only in the second text.
    case added
  }

  /// Words in a row of one kind.
  public struct Run: Sendable, Equatable {
    public let kind: Kind
    public let text: String

    public init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// Texts that differ in more words than this, once what they share at both ends is left out, are told apart as wholes:
  /// the time and memory that it takes are bounded.
  static let mostWords = 3_000

  /// Runs that, without those that were added, are the first text, and without those that were removed the second; with
  /// single blanks between words. Where words changed, what was removed comes before what was added.
  public static func runs(from first: String, to second: String) -> [Run] {
    var (old, new) = (words(first), words(second))
    let head = zip(old, new).prefix { $0 == $1 }.count
    let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
    let (start, end) = (old.prefix(head), old.suffix(tail))
    old = Array(old.dropFirst(head).dropLast(tail))
    new = Array(new.dropFirst(head).dropLast(tail))
    var runs = Runs()
    for word in start { runs.add(.same, word) }
    if old.count > mostWords || new.count > mostWords {
      for word in old { runs.add(.removed, word) }
      for word in new { runs.add(.added, word) }
    } else {
      middle(old, new, &runs)
    }
    for word in end { runs.add(.same, word) }
    return runs.done()
  }

  /// How many places differ.
  public static func count(_ runs: [Run]) -> Int {
    var (count, inside) = (0, false)
    for run in runs {
      if run.kind != .same, !inside { count += 1 }
      inside = run.kind != .same
    }
    return count
  }

  private static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

  /// The longest common subsequence, by the table of its lengths: a byte a pair of words says which way it goes on.
  private static func middle(_ old: [Substring], _ new: [Substring], _ runs: inout Runs) {
    let ways = Ways(old, new)
    var (from, to) = (0, 0)
    while from < old.count || to < new.count {
      switch ways.step(from, to) {
      case .same:
        runs.add(.same, new[to])
        (from, to) = (from + 1, to + 1)
      case .removed:
        runs.add(.removed, old[from])
        from += 1
      case .added:
        runs.add(.added, new[to])
        to += 1
      }
    }
  }

  /// What the longest common subsequence takes at each pair of places.
  private struct Ways {
    private let (rows, columns): (Int, Int)
    private var steps: [UInt8]  // [rows, columns]: 0 same, 1 removed, 2 added

    init(_ old: [Substring], _ new: [Substring]) {
      (rows, columns) = (old.count, new.count)
      steps = Array(repeating: 0, count: rows * columns)
      var numbers: [Substring: Int32] = [:]
      func number(_ word: Substring) -> Int32 {
        numbers[word]
          ?? {
            numbers[word] = Int32(numbers.count)
            return Int32(numbers.count - 1)
          }()
      }
      let (old, new) = (old.map(number), new.map(number))
      var below = [Int32](repeating: 0, count: columns + 1)
      for row in stride(from: rows - 1, through: 0, by: -1) {
        var lengths = [Int32](repeating: 0, count: columns + 1)
        for column in stride(from: columns - 1, through: 0, by: -1) {
          if old[row] == new[column] {
            lengths[column] = below[column + 1] + 1
          } else {
            let isRemoval = below[column] >= lengths[column + 1]
            lengths[column] = max(below[column], lengths[column + 1])
            steps[row * columns + column] = isRemoval ? 1 : 2
          }
        }
        below = lengths
      }
    }

    func step(_ row: Int, _ column: Int) -> Kind {
      if row >= rows { return .added }
      if column >= columns { return .removed }
      return switch steps[row * columns + column] {
      case 0: .same
      case 1: .removed
      default: .added
      }
    }
  }

  private struct Runs {
    private var runs: [(kind: Kind, words: [Substring])] = []

    mutating func add(_ kind: Kind, _ word: Substring) {
      if runs.last?.kind == kind { runs[runs.count - 1].words.append(word) } else { runs.append((kind, [word])) }
    }

    /// Removals before the additions that stand in their place.
    func done() -> [Run] {
      var result: [Run] = []
      var (removed, added): ([Substring], [Substring]) = ([], [])
      func flush() {
        if !removed.isEmpty { result.append(Run(.removed, removed.joined(separator: " "))) }
        if !added.isEmpty { result.append(Run(.added, added.joined(separator: " "))) }
        (removed, added) = ([], [])
      }
      for run in runs {
        switch run.kind {
        case .removed: removed += run.words
        case .added: added += run.words
        case .same:
          flush()
          result.append(Run(.same, run.words.joined(separator: " ")))
        }
      }
      flush()
      return result
    }
  }
}
