import Foundation

/// Ids that steer decoding, resolved by name because their numbers differ between models.
struct SpecialTokens: Sendable {
  let endOfText: Int
  let startOfTranscript: Int
  let translate: Int?
  let transcribe: Int?
  let startOfLM: Int?
  let startOfPrevious: Int?
  let noSpeech: Int?
  let noTimestamps: Int
  /// `<|0.00|>`; later ones follow in steps of 0.02 s.
  var timestampBegin: Int { noTimestamps + 1 }
  /// Language code → id; empty for English-only models.
  let languages: [String: Int]

  static let secondsPerTimestamp = 0.02

  init(_ tokenizer: Tokenizer, isMultilingual: Bool) throws(ModelError) {
    func required(_ name: String) throws(ModelError) -> Int {
      guard let id = tokenizer.special(name) else { throw .missingToken(name) }
      return id
    }
    endOfText = try required("<|endoftext|>")
    startOfTranscript = try required("<|startoftranscript|>")
    noTimestamps = try required("<|notimestamps|>")
    translate = tokenizer.special("<|translate|>")
    transcribe = tokenizer.special("<|transcribe|>")
    startOfLM = tokenizer.special("<|startoflm|>")
    startOfPrevious = tokenizer.special("<|startofprev|>")
    noSpeech = tokenizer.special("<|nospeech|>") ?? tokenizer.special("<|nocaptions|>")
    languages = isMultilingual ? Self.findLanguages(tokenizer) : [:]
    if isMultilingual, languages.isEmpty { throw .missingToken("<|en|>") }
  }

  /// Ids of the steering tokens by name, for files that keep only the text tokens: they follow in Whisper's own order,
  /// with as many languages as fit between them and the 1501 timestamps at the vocabulary's end.
  static func layout(endOfText: Int, vocabulary: Int, _ url: URL) throws(ModelError) -> [String: Int] {
    let tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    let timestamps = (0...1500).map { "\($0 / 50).\($0 % 50 < 5 ? "0" : "")\($0 % 50 * 2)" }
    let languages = vocabulary - endOfText - 2 - tasks.count - timestamps.count
    guard endOfText >= 0, (0...Language.codes.count).contains(languages) else {
      throw .vocabularyMismatch(url, tokens: endOfText, model: vocabulary)
    }
    let names = ["endoftext", "startoftranscript"] + Language.codes.prefix(languages) + tasks + timestamps
    return Dictionary(names.enumerated().map { ("<|\($1)|>", endOfText + $0) }, uniquingKeysWith: min)
  }

  private static func findLanguages(_ tokenizer: Tokenizer) -> [String: Int] {
    let codes = Language.codes.compactMap { code in tokenizer.special("<|\(code)|>").map { (code, $0) } }
    return Dictionary(uniqueKeysWithValues: codes)
  }
}

/// The languages that Whisper was trained on.
public enum Language {
  /// ISO 639 codes in the order of Whisper's own table.
  public static let codes = """
    en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy \
    sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo \
    uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue
    """.split(separator: " ").map(String.init)

  /// Names that Whisper and OpenAI's API use and Unicode's tables don't.
  private static let ownNames = [
    "jw": "javanese", "my": "myanmar", "ht": "haitian creole", "no": "norwegian", "nn": "nynorsk", "tl": "tagalog",
    "yue": "cantonese", "zh": "chinese", "si": "sinhala", "ps": "pashto", "fo": "faroese", "nl": "dutch",
  ]

  /// The English name in lower case, such as `english`; the code itself where nobody knows one.
  public static func name(of code: String) -> String {
    ownNames[code] ?? Locale(identifier: "en_US").localizedString(forLanguageCode: code)?.lowercased() ?? code
  }
}
