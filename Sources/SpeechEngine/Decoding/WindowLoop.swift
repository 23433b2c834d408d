/// The road through one recording, window by window: where it stands, what was said so far. A pure state machine: somebody
/// else decodes. The rules are openai/whisper's, as faster-whisper 1.2.1 applies them.
package struct WindowLoop {
  package struct Window: Equatable, Sendable {
    /// Frames of 10 ms.
    package let frames: Range<Int>
    /// Text that the model is to go on from, timestamps included.
    package let previous: [Int]
    /// The prefix belongs here.
    package var isFirst: Bool { frames.lowerBound == 0 }
    var start: Double { Double(frames.lowerBound) * WindowLoop.secondsPerFrame }
    var duration: Double { Double(frames.count) * WindowLoop.secondsPerFrame }
  }

  /// Where the loop stands between two windows: with it another loop over the same recording goes on as this one would.
  struct Standing: Sendable, Equatable, Codable {
    /// Frames of 10 ms.
    let seek: Int
    let clip: Int
    /// Tokens that are still a prompt.
    let said: [Int]
    /// Segments so far.
    let emitted: Int
    /// Seconds.
    let lastSpeech: Double
    let skipped: [SkippedSpan]
  }

  static let secondsPerFrame = 0.01
  static let framesPerSecond = 100.0

  private(set) package var skipped: [SkippedSpan] = []
  private var emitted = 0
  private var seek: Int
  private var clip = 0
  private var clips: [Range<Int>]
  private var said: [Int]
  /// Tokens of `said` before this are no prompt any more.
  private var promptStart = 0
  private var lastSpeech = 0.0
  private let contentFrames: Int
  private let vocabulary: Int
  private let windowFrames: Int
  private let tokenizer: Tokenizer
  private let special: SpecialTokens
  private let options: TranscriptionOptions

  /// - Parameters:
  ///   - contentFrames: frames of the recording.
  ///   - windowFrames: frames of a window, at most 3000.
  package init(_ model: WhisperModel, _ options: TranscriptionOptions, contentFrames: Int, windowFrames: Int = 3000) {
    self.contentFrames = contentFrames
    self.windowFrames = max(1, windowFrames)
    self.options = options
    vocabulary = model.shape.vocabulary
    tokenizer = model.tokenizer
    special = model.special
    clips = Self.clips(options.clipTimestamps, contentFrames: contentFrames)
    seek = clips.first?.lowerBound ?? 0
    said = Self.tokens(of: options.initialPrompt, model)
  }

  private static func tokens(of prompt: TranscriptionOptions.Prompt?, _ model: WhisperModel) -> [Int] {
    switch prompt {
    case nil: []
    case .text(let text): model.tokenizer.encode(" " + text.trimmingWhitespace())
    case .tokens(let ids): ids.filter { (0..<model.shape.vocabulary).contains($0) }
    }
  }

  /// Starts and ends in turn, in frames; the last end may be missing. Clips that hold nothing are left out.
  private static func clips(_ times: [Double], contentFrames: Int) -> [Range<Int>] {
    var points = times.map { Int(max(0, min($0, 1e9) * framesPerSecond).rounded(.toNearestOrEven)) }
    if points.isEmpty { points = [0] }
    if points.count % 2 == 1 { points.append(contentFrames) }
    return stride(from: 0, to: points.count, by: 2).compactMap { index in
      let end = min(points[index + 1], contentFrames)
      return points[index] < end ? points[index]..<end : nil
    }
  }

  // MARK: - Windows

  /// The next window, nil at the end. Asking again without `accept` gives the same.
  package mutating func next() -> Window? {
    while clip < clips.count {
      seek = max(seek, clips[clip].lowerBound)
      if seek < clips[clip].upperBound {
        let frames = min(windowFrames, clips[clip].upperBound - seek)
        return Window(frames: seek..<seek + frames, previous: Array(said[promptStart...]))
      }
      clip += 1
      // As upstream: a clip that starts earlier takes the road back.
      if clip < clips.count { seek = clips[clip].lowerBound }
    }
    return nil
  }

  // MARK: - Going on later

  /// No prompt is longer than half a text context.
  private static let longestPrompt = 448

  /// nil before the first window.
  var standing: Standing? {
    guard seek > 0 || clip > 0 else { return nil }
    return Standing(
      seek: seek, clip: clip, said: said[promptStart...].suffix(Self.longestPrompt), emitted: emitted,
      lastSpeech: lastSpeech, skipped: skipped)
  }

  /// Goes on where another loop stood. What can't be true of this recording and model is brought within bounds: a checkpoint is
  /// read from a file that somebody may have written to.
  mutating func resume(_ standing: Standing) {
    clip = min(max(standing.clip, 0), clips.count)
    seek = min(max(standing.seek, 0), contentFrames)
    said = standing.said.suffix(Self.longestPrompt).filter { (0..<vocabulary).contains($0) }
    promptStart = 0
    emitted = max(standing.emitted, 0)
    lastSpeech = standing.lastSpeech.isFinite ? standing.lastSpeech : 0
    skipped = standing.skipped
  }

  // MARK: - Results

  /// Takes what a window was decoded to.
  /// - Parameters:
  ///   - language: for splitting words.
  ///   - align: called at most once, with the text tokens to align.
  /// - Returns: the segments that it adds to the transcript.
  package mutating func accept(
    _ result: WindowResult, _ window: Window, language: String, align: ([Int]) -> TokenAlignment? = { _ in nil }
  ) -> [Segment] {
    if options.isSilent(result) {
      skipped.append(
        SkippedSpan(start: window.start, end: window.start + window.duration, reason: .noSpeech))
      seek = window.frames.upperBound
      return []
    }
    let seeker = SegmentSeeker(timestampBegin: special.timestampBegin)
    let cut = seeker.cut(result.tokens, seek: window.frames.lowerBound, frames: window.frames.count)
    var pieces = cut.pieces.map { TimedPiece(start: $0.start, end: $0.end, tokens: $0.tokens) }
    var next = cut.seek
    if options.wordTimestamps {
      time(&pieces, window, language: language, align: align)
      if !seeker.endsWithSingleTimestamp(result.tokens), let end = Self.end(of: pieces), end > window.start {
        next = Self.frame(end)
      }
      if let threshold = options.hallucinationSilenceThreshold {
        if let skip = dropHallucinations(&pieces, window, threshold: threshold) {
          next = skip.seek
          if skip.isWindowDropped {
            move(to: next, window)
            return []
          }
        }
      }
      lastSpeech = Self.end(of: pieces) ?? lastSpeech
    }
    move(to: next, window)
    let segments = pieces.compactMap { segment($0, result, window) }
    if segments.isEmpty, skipped.last?.start != window.start { skip(from: window.start, to: seek, .noText) }
    if !options.conditionOnPreviousText || result.temperature > options.promptResetOnTemperature {
      promptStart = said.count
    }
    return segments
  }

  /// Two timestamps at zero would ask for the same window again, for ever.
  private mutating func move(to next: Int, _ window: Window) {
    seek = next > window.frames.lowerBound ? next : window.frames.upperBound
  }

  private mutating func skip(from start: Double, to frame: Int, _ reason: SkippedSpan.Reason) {
    let end = Double(min(frame, clip < clips.count ? clips[clip].upperBound : contentFrames)) * Self.secondsPerFrame
    if end > start { skipped.append(SkippedSpan(start: start, end: end, reason: reason)) }
  }

  private static func frame(_ seconds: Double) -> Int { Int((seconds * framesPerSecond).rounded(.toNearestOrEven)) }

  // MARK: - Words

  private func time(
    _ pieces: inout [TimedPiece], _ window: Window, language: String, align: ([Int]) -> TokenAlignment?
  ) {
    let timing = WordTiming(tokenizer, endOfText: special.endOfText, language: language, options)
    let text = timing.text(of: pieces)
    let alignment = text.isEmpty ? nil : align(text)
    _ = timing.addWords(
      to: &pieces, alignment, offset: Double(window.frames.lowerBound) / Self.framesPerSecond, lastSpeech: lastSpeech)
  }

  /// End of the last word; without words of the last piece.
  private static func end(of pieces: [TimedPiece]) -> Double? {
    pieces.last { !$0.words.isEmpty }?.words.last?.end ?? pieces.last?.end
  }

  /// - Returns: where to go on when something was dropped.
  private mutating func dropHallucinations(
    _ pieces: inout [TimedPiece], _ window: Window, threshold: Double
  ) -> (seek: Int, isWindowDropped: Bool)? {
    let verdict = HallucinationFilter(threshold: threshold).judge(
      pieces, start: window.start, end: window.start + window.duration,
      windowEnd: Double(window.frames.lowerBound + windowFrames) * Self.secondsPerFrame, lastSpeech: lastSpeech)
    switch verdict {
    case .clean: return nil
    case .leadingSilence(let gap):
      let next = window.frames.lowerBound + max(1, Self.frame(gap))
      skip(from: window.start, to: next, .hallucination)
      return (next, true)
    case .cut(let index):
      let piece = pieces[index]
      var next = Self.frame(max(window.start + 1, piece.start))
      if Double(contentFrames) * Self.secondsPerFrame - piece.end < threshold { next = contentFrames }
      skip(from: piece.start, to: next, .hallucination)
      pieces.removeSubrange(index...)
      return (next, false)
    }
  }

  // MARK: - Segments

  private mutating func segment(_ piece: TimedPiece, _ result: WindowResult, _ window: Window) -> Segment? {
    let text = tokenizer.decode(piece.tokens.filter { $0 < special.endOfText })
    guard piece.start != piece.end, !text.trimmingWhitespace().isEmpty else { return nil }
    said += piece.tokens
    emitted += 1
    return Segment(
      id: emitted, seek: window.frames.lowerBound, start: piece.start, end: piece.end, text: text,
      tokens: piece.tokens, temperature: Double(result.temperature), avgLogprob: result.avgLogprob,
      compressionRatio: result.compressionRatio, noSpeechProb: result.noSpeech,
      words: options.wordTimestamps ? piece.words : nil)
  }
}

extension String {
  package func trimmingWhitespace() -> String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
