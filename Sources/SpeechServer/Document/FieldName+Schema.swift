extension FieldName {
  /// The field in the OpenAPI document.
  var schema: [String: Any] {
    let (type, description) = (self.type, self.description)
    let value = type.merging(["description": description]) { $1 }
    guard isList else { return value }
    return ["type": "array", "items": type, "description": description]
  }

  private var type: [String: Any] {
    switch self {
    case .file: ["type": "string", "contentMediaType": "application/octet-stream"]
    case .temperature: ["type": "number", "minimum": 0, "maximum": 1]
    case .responseFormat: ["type": "string", "enum": AnswerFormat.allCases.map(\.rawValue)]
    case .granularities: ["type": "string", "enum": ["word", "segment"]]
    case .stream: ["type": "boolean"]
    default: ["type": "string"]
    }
  }

  private var description: String {
    switch self {
    case .file: "The recording: flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav, webm and what else ffmpeg reads."
    case .model: "A model's name, or one of the names that OpenAI's clients use. Default: the model that is here."
    case .language: "ISO 639 code; left out, it is detected."
    case .languages: "One of them counts as language; several leave the detection on."
    case .prompt: "Text as if it had been said before."
    case .hotwords: "Names and terms to expect."
    case .keywords: "The same, one by one."
    case .temperature: "0, the default, tries higher ones where the text is unlikely."
    case .responseFormat: "Default: json."
    case .granularities: "With verbose_json: word adds each word's times."
    case .include: "logprobs is refused: this server gives none."
    case .stream: "Server-sent events: transcript.text.delta, then transcript.text.done. With json and text."
    case .chunking: "auto, or an object of the type server_vad: leave out what holds no speech."
    case .speakerNames, .speakerReferences: "Refused: this server doesn't tell speakers apart."
    }
  }
}
