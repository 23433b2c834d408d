/// Tokens that a transcript should not hold: speaker tags, brackets, musical notes, and the steering tokens.
enum SuppressedTokens {
  private static let symbols =
    "\"#()*+/:;<=>@[\\]^_`{|}~「」『』".map(String.init)
    + "<< >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪".split(separator: " ").map(String.init)
  /// Of these the first token is suppressed even where they need several.
  private static let music = "♩♪♫♬♭♮♯".map(String.init)

  /// What openai/whisper calls `non_speech_tokens`, computed from this model's own vocabulary.
  static func nonSpeech(_ tokenizer: Tokenizer) -> Set<Int> {
    var ids = Set([" -", " '"].compactMap { tokenizer.encode($0).first })
    for (symbol, isMusic) in symbols.map({ ($0, false) }) + music.map({ ($0, true) }) {
      for encoded in [tokenizer.encode(symbol), tokenizer.encode(" " + symbol)] where encoded.count == 1 || isMusic {
        if let first = encoded.first { ids.insert(first) }
      }
    }
    return ids
  }

  /// Tokens that steer decoding and are never part of an answer.
  static func steering(_ special: SpecialTokens) -> Set<Int> {
    Set(
      [
        special.transcribe, special.translate, special.startOfTranscript, special.startOfPrevious, special.startOfLM,
        special.noSpeech,
      ].compactMap { $0 })
  }

  /// The list that faster-whisper uses for `suppress_tokens=[-1]`.
  static func standard(_ tokenizer: Tokenizer, _ special: SpecialTokens) -> Set<Int> {
    nonSpeech(tokenizer).union(steering(special))
  }
}
