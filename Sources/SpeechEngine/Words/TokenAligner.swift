import CKernels
import Foundation

/// When each text token of a window is said, and how likely it is.
package struct TokenAlignment: Sendable, Equatable {
  /// Seconds from the start of the window, one a token and one for the end of text.
  package let times: [Double]
  /// Probability of each token among all text tokens, 0...1.
  package let probabilities: [Double]

  package init(times: [Double], probabilities: [Double]) {
    self.times = times
    self.probabilities = probabilities
  }
}

/// Reads from the attention of chosen heads where in the sound each token lies.
/// Source: openai/whisper's `timing.py`; arithmetic as in CTranslate2 4.8's `WhisperReplica::align`.
struct TokenAligner {
  let decoder: TextDecoder
  private static let filterWidth = 7
  private static let positionsPerSecond = 50.0
  private var model: WhisperModel { decoder.model }

  /// - Parameters:
  ///   - cache: holds the window's sound; its tokens are forgotten.
  ///   - task: start of transcript, language and task.
  ///   - text: text tokens of the window, without timestamps.
  ///   - frames: frames of sound in the window.
  /// - Returns: nil where nothing can be aligned: no text, less than two frames, or more tokens than the model has positions.
  func align(_ cache: WindowCache, task: [Int], text: [Int], frames: Int) -> TokenAlignment? {
    let tokens = task + [model.special.noTimestamps] + text + [model.special.endOfText]
    let columns = min(frames / 2, cache.positions)
    guard !text.isEmpty, columns > 0, tokens.count <= model.shape.textPositions else { return nil }
    cache.rewind()
    let tap = TextDecoder.AttentionTap(
      heads: model.alignmentHeads, rows: tokens.count, positions: cache.positions)
    let predicting = Array(task.count..<task.count + text.count)
    let logits = decoder.forward([.init(cache: cache, tokens: tokens)], wanted: predicting, tap: tap)
    let probabilities = text.enumerated().map { probability(of: $1, row: $0, in: logits) }
    cache.rewind()
    let likeness = likeness(tap, rows: tokens.count, columns: columns)
    let (first, count) = (task.count, text.count + 1)
    let columnsOfRows = TimeWarping.firstColumns(
      Array(likeness[first * columns..<(first + count) * columns]), rows: count, columns: columns)
    return TokenAlignment(
      times: columnsOfRows.map { Double($0) / Self.positionsPerSecond }, probabilities: probabilities)
  }

  /// exp(logit) over those of all text tokens.
  private func probability(of token: Int, row: Int, in logits: UnsafeMutableBufferPointer<Float>) -> Double {
    let start = row * model.shape.vocabulary
    let text = UnsafeMutableBufferPointer(rebasing: logits[start..<start + model.special.endOfText])
    return token < text.count ? Double(LogSoftmax.probability(of: token, in: text, decoder.compute.kernels)) : 0
  }

  /// Softmax over time, normalised over the tokens, median-filtered over time, averaged over the heads: [rows, columns].
  private func likeness(_ tap: TextDecoder.AttentionTap, rows: Int, columns: Int) -> [Float] {
    let positions = tap.positions
    var mean = [Float](repeating: 0, count: rows * columns)
    for head in tap.heads.indices {
      var weights = [Float](repeating: 0, count: rows * columns)
      for row in 0..<rows {
        let source = tap.scores.base + (head * rows + row) * positions
        decoder.compute.kernels.softmax(1, columns, source, positions)
        for column in 0..<columns { weights[row * columns + column] = source[column] }
      }
      AttentionShape.standardise(&weights, rows: rows, columns: columns)
      let filtered = AttentionShape.medianFiltered(weights, rows: rows, columns: columns, width: Self.filterWidth)
      for index in mean.indices { mean[index] += filtered[index] }
    }
    let heads = Float(tap.heads.count)
    return mean.map { $0 / heads }
  }
}

/// What makes raw attention comparable between tokens.
package enum AttentionShape {
  /// To mean 0 and variance 1 in each column; a column of equal values becomes 0.
  package static func standardise(_ values: inout [Float], rows: Int, columns: Int) {
    for column in 0..<columns {
      var (sum, squares): (Float, Float) = (0, 0)
      for row in 0..<rows {
        let value = values[row * columns + column]
        sum += value
        squares += value * value
      }
      let mean = sum / Float(rows)
      let variance = max(0, squares / Float(rows) - mean * mean)
      let scale = variance > 0 ? 1 / variance.squareRoot() : 0
      for row in 0..<rows { values[row * columns + column] = (values[row * columns + column] - mean) * scale }
    }
  }

  /// The median of `width` neighbours in each row, mirrored at its ends; rows that are too short stay as they are.
  package static func medianFiltered(_ values: [Float], rows: Int, columns: Int, width: Int) -> [Float] {
    let reach = width / 2
    guard columns > reach else { return values }
    var output = values
    var window = [Float](repeating: 0, count: width)
    for row in 0..<rows {
      let start = row * columns
      for column in 0..<columns {
        for offset in -reach...reach {
          var at = abs(column + offset)
          if at >= columns { at = 2 * columns - at - 2 }
          window[offset + reach] = values[start + at]
        }
        output[start + column] = median(&window)
      }
    }
    return output
  }

  /// Sorts in place: few numbers, so by insertion.
  private static func median(_ values: inout [Float]) -> Float {
    for index in values.indices.dropFirst() {
      let value = values[index]
      var at = index
      while at > 0, values[at - 1] > value {
        values[at] = values[at - 1]
        at -= 1
      }
      values[at] = value
    }
    return values[values.count / 2]
  }
}
