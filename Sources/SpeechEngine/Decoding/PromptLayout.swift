/// What stands before a window's answer: hotwords, the text so far, the task, a prefix. The layout is faster-whisper 1.2.1's.
package struct PromptLayout {
  /// Tokens that the decoder is fed before it answers.
  package struct Prompt: Equatable {
    /// Up to and with the task.
    let task: [Int]
    /// How the answer begins; part of the answer's budget.
    let prefix: [Int]
    package var tokens: [Int] { task + prefix }
  }

  private let special: SpecialTokens
  private let isMultilingual: Bool
  private let positions: Int
  private let options: TranscriptionOptions
  private let hotwords: [Int]
  private let prefix: [Int]

  /// CTranslate2's limit for prompt and answer together; the model's own positions may be fewer.
  private static let maximumLength = 448
  private static let longestPart = maximumLength / 2 - 1

  /// - Parameter positions: that the decoder has; nil: the model's.
  package init(_ model: WhisperModel, _ options: TranscriptionOptions, positions: Int? = nil) {
    special = model.special
    isMultilingual = model.isMultilingual
    self.positions = positions ?? model.shape.textPositions
    self.options = options
    hotwords = Self.tokens(of: options.hotwords, model, positions: self.positions)
    prefix = Self.tokens(of: options.prefix, model, positions: self.positions)
  }

  /// At most what faster-whisper takes, and in a model with few positions no more than leaves room for the rest.
  private static func tokens(of text: String?, _ model: WhisperModel, positions: Int) -> [Int] {
    guard let text = text?.trimmingWhitespace(), !text.isEmpty else { return [] }
    return Array(model.tokenizer.encode(" " + text).prefix(max(0, min(longestPart, positions * 3 / 4 - 8))))
  }

  /// - Parameters:
  ///   - previous: the text so far, timestamps included.
  ///   - isFirst: the window begins at 0 s, where the prefix belongs.
  package func prompt(previous: [Int], language: String, isFirst: Bool) -> Prompt {
    let task = startOfTranscript(language: language) + (options.withoutTimestamps ? [special.noTimestamps] : [])
    let prefix = isFirst ? prefix : []
    let opening = prefix.isEmpty || options.withoutTimestamps ? prefix : [special.timestampBegin] + prefix
    let expected = prefix.isEmpty ? hotwords : []
    guard let marker = special.startOfPrevious, !previous.isEmpty || !expected.isEmpty else {
      return Prompt(task: task, prefix: opening)
    }
    // The answer keeps a quarter of the positions, however much is given; faster-whisper lets hotwords eat them all.
    let room = max(0, positions * 3 / 4 - 1 - task.count - opening.count)
    let names = expected.prefix(room)
    return Prompt(
      task: [marker] + names + previous.suffix(min(Self.longestPart, room - names.count)) + task, prefix: opening)
  }

  /// The tokens that name the task: start of transcript, then language and task where the model knows several.
  func startOfTranscript(language: String) -> [Int] {
    var tokens = [special.startOfTranscript]
    if let id = special.languages[language] { tokens.append(id) }
    if isMultilingual, let id = options.task == .translate ? special.translate : special.transcribe {
      tokens.append(id)
    }
    return tokens
  }

  /// Tokens that prefix and answer may come to: CTranslate2's half of the length that prompt and answer may have.
  package func budget(for prompt: Prompt) -> Int {
    let length = min(
      Self.maximumLength,
      options.maxNewTokens.map { prompt.tokens.count + min(Self.maximumLength, max(1, $0)) } ?? Self.maximumLength)
    let budget = min(length / 2, length - (prompt.task.count - 1))
    // The last token of the answer is never fed back, so it needs no position.
    return max(prompt.prefix.count + 1, min(budget, positions - prompt.task.count + 1))
  }
}
