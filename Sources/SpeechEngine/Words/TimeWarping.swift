/// Dynamic time warping: the monotonic path through a matrix of likenesses whose sum is largest.
/// Source: openai/whisper's `timing.py`, as CTranslate2 4.8 computes it.
package enum TimeWarping {
  private static let diagonal: UInt8 = 0
  private static let up: UInt8 = 1
  private static let left: UInt8 = 2

  /// - Parameter likeness: [rows, columns], row-major; rows are tokens, columns are times.
  /// - Returns: for each row the first column that the path reaches in it; empty for an empty matrix.
  package static func firstColumns(_ likeness: [Float], rows: Int, columns: Int) -> [Int] {
    guard rows > 0, columns > 0 else { return [] }
    let trace = trace(likeness, rows, columns)
    var (row, column) = (rows, columns)
    var first = [Int](repeating: 0, count: rows)
    while row > 0 || column > 0 {
      if row > 0 { first[row - 1] = max(0, column - 1) }
      let step = row == 0 ? left : column == 0 ? up : trace[row * (columns + 1) + column]
      if step != left { row -= 1 }
      if step != up { column -= 1 }
    }
    return first
  }

  /// The step by which the best path arrives at each cell, [rows + 1, columns + 1].
  private static func trace(_ likeness: [Float], _ rows: Int, _ columns: Int) -> [UInt8] {
    let width = columns + 1
    var trace = [UInt8](repeating: left, count: (rows + 1) * width)
    var above = [Float](repeating: .infinity, count: width)
    above[0] = 0
    var current = [Float](repeating: .infinity, count: width)
    for row in 1...rows {
      current[0] = .infinity
      for column in 1...columns {
        let (fromDiagonal, fromUp, fromLeft) = (above[column - 1], above[column], current[column - 1])
        let cost: Float
        if fromDiagonal < fromUp, fromDiagonal < fromLeft {
          (cost, trace[row * width + column]) = (fromDiagonal, diagonal)
        } else if fromUp < fromDiagonal, fromUp < fromLeft {
          (cost, trace[row * width + column]) = (fromUp, up)
        } else {
          (cost, trace[row * width + column]) = (fromLeft, left)
        }
        current[column] = cost - likeness[(row - 1) * columns + column - 1]
      }
      swap(&above, &current)
    }
    return trace
  }
}
