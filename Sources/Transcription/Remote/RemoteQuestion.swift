import SpeechEngine

/// What servers are asked about a recording, beside its sound.
struct RemoteQuestion: Sendable {
  let model: String
  let language: String?
  let isTranslation: Bool
  private let prompt: String?
  private let hotwords: String?
  private let temperature: Float?

  /// Of the options, those that the API has: language, task, prompt, hotwords, and one temperature in place of a search.
  init(model: String, _ options: TranscriptionOptions) {
    self.model = model
    language = options.language
    isTranslation = options.task == .translate
    if case .text(let text) = options.initialPrompt { prompt = text } else { prompt = nil }
    hotwords = options.hotwords
    let only = options.temperatures.count == 1 ? options.temperatures[0] : 0
    temperature = only == 0 ? nil : only
  }

  /// The form's fields.
  /// - Parameter before: what was said before this piece of the recording.
  func fields(before: String?) -> [(name: String, value: String)] {
    var fields = [(name: "model", value: model), (name: "response_format", value: "verbose_json")]
    if !isTranslation {
      fields += ["word", "segment"].map { (name: "timestamp_granularities[]", value: $0) }
      if let language { fields.append((name: "language", value: language)) }
    }
    if let prompt = before ?? prompt { fields.append((name: "prompt", value: prompt)) }
    if let hotwords { fields.append((name: "hotwords", value: hotwords)) }
    if let temperature { fields.append((name: "temperature", value: String(temperature))) }
    return fields
  }
}
