/// The fields of the audio API's forms, under OpenAI's names; `hotwords` is faster-whisper's.
enum FieldName: String, CaseIterable, Sendable {
  case file, model, language, languages, prompt, hotwords, keywords, temperature
  case responseFormat = "response_format"
  case granularities = "timestamp_granularities"
  case include, stream
  case chunking = "chunking_strategy"
  case speakerNames = "known_speaker_names"
  case speakerReferences = "known_speaker_references"

  /// May come several times, under its name or with `[]` behind it.
  var isList: Bool {
    switch self {
    case .languages, .keywords, .granularities, .include, .speakerNames, .speakerReferences: true
    default: false
    }
  }

  /// Whether it counts for translations, too.
  var isForTranslations: Bool {
    switch self {
    case .file, .model, .prompt, .hotwords, .keywords, .temperature, .responseFormat: true
    default: false
    }
  }
}
