/// Cuts a window's tokens into segments and says where the next window starts. A pure function of its input; the rules are
/// openai/whisper's, as faster-whisper 1.2.1 applies them.
package struct SegmentSeeker {
  package struct Piece: Equatable {
    package let start: Double
    package let end: Double
    package let tokens: [Int]

    package init(start: Double, end: Double, tokens: [Int]) {
      self.start = start
      self.end = end
      self.tokens = tokens
    }
  }
  package struct Result: Equatable {
    package let pieces: [Piece]
    /// Frame (10 ms) at which the next window starts.
    package let seek: Int

    package init(pieces: [Piece], seek: Int) {
      self.pieces = pieces
      self.seek = seek
    }
  }
  let timestampBegin: Int
  /// Frames a timestamp step: 0.02 s are two frames of 0.01 s.
  private let framesPerTimestamp = 2

  package init(timestampBegin: Int) { self.timestampBegin = timestampBegin }

  /// - Parameters:
  ///   - seek: first frame of the window.
  ///   - frames: frames of sound in it, at most 3000.
  ///   - offset: where the window starts, in seconds; nil: at `seek`.
  ///   - duration: seconds of sound in it; nil: its frames.
  package func cut(
    _ tokens: [Int], seek: Int, frames: Int, offset: Double? = nil, duration: Double? = nil
  ) -> Result {
    let offset = offset ?? time(seek)
    let borders = tokens.indices.dropFirst().filter { isTimestamp(tokens[$0]) && isTimestamp(tokens[$0 - 1]) }
    if borders.isEmpty {
      let piece = whole(tokens, offset: offset, duration: duration ?? time(frames))
      return Result(pieces: [piece], seek: seek + frames)
    }
    let endsWithOne = endsWithSingleTimestamp(tokens)
    let cuts = endsWithOne ? borders + [tokens.count] : borders
    var pieces: [Piece] = []
    var first = 0
    for cut in cuts {
      let slice = Array(tokens[first..<cut])
      // Without the timestamp rules a piece may begin with text: then it begins where the one before it ended.
      let start = isTimestamp(slice[0]) ? offset + seconds(slice[0]) : pieces.last?.end ?? offset
      pieces.append(Piece(start: start, end: offset + seconds(slice[slice.count - 1]), tokens: slice))
      first = cut
    }
    // A single timestamp at the end: no speech behind it. Else the last piece is unfinished and is decoded again.
    let advance = endsWithOne ? frames : (tokens[first - 1] - timestampBegin) * framesPerTimestamp
    return Result(pieces: pieces, seek: seek + advance)
  }

  private func whole(_ tokens: [Int], offset: Double, duration: Double) -> Piece {
    var duration = duration
    if let last = tokens.last(where: isTimestamp), last != timestampBegin { duration = seconds(last) }
    return Piece(start: offset, end: offset + duration, tokens: tokens)
  }

  /// Text, then one timestamp: nothing is said behind it.
  package func endsWithSingleTimestamp(_ tokens: [Int]) -> Bool {
    tokens.count >= 2 && !isTimestamp(tokens[tokens.count - 2]) && isTimestamp(tokens[tokens.count - 1])
  }

  private func isTimestamp(_ token: Int) -> Bool { token >= timestampBegin }
  private func seconds(_ token: Int) -> Double { Double(token - timestampBegin) * SpecialTokens.secondsPerTimestamp }
  private func time(_ frames: Int) -> Double { Double(frames) * 0.01 }
}
