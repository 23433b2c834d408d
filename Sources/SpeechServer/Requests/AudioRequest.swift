import Foundation
import SpeechEngine
import Transcription

/// What a form asks for, checked.
struct AudioRequest: Sendable {
  private(set) var options = RequestOptions()
  private(set) var format = AnswerFormat.json
  private(set) var isStream = false
  private(set) var model: String?

  /// - Throws: ``APIError`` that names the field.
  init(_ form: AudioForm, isTranslation: Bool) throws {
    let fields = AudioFields(form.fields)
    options.isTranslation = isTranslation
    model = fields.text(.model)
    format = try fields.format()
    options.prompt = fields.text(.prompt)
    options.hotwords = fields.text(.hotwords) ?? fields.list(.keywords).joined(separator: ", ").nonEmpty
    options.temperature = try fields.temperature()
    if isTranslation { return }
    options.language = try fields.language()
    options.speech = try fields.chunking()
    options.wordTimestamps = try fields.wantsWords(format)
    isStream = try fields.flag(.stream)
    try refuseWhatIsMissing(fields)
  }

  private func refuseWhatIsMissing(_ fields: AudioFields) throws {
    if isStream, format != .json, format != .text {
      throw APIError.badRequest("stream works with response_format json and text.", .responseFormat)
    }
    if fields.list(.include).contains("logprobs") {
      throw APIError.badRequest("include: this server gives no logprobs. Leave it out.", .include, code: Self.missing)
    }
    for name in [FieldName.speakerNames, .speakerReferences] where !fields.list(name).isEmpty {
      throw APIError.badRequest("\(name.rawValue): this server doesn't tell speakers apart.", name, code: Self.missing)
    }
  }

  static let missing = "unsupported_parameter"
}

/// A form's fields; lists under either spelling, `name` and `name[]`.
struct AudioFields {
  private let values: [(name: String, value: String)]

  init(_ values: [(name: String, value: String)]) { self.values = values }

  /// The last value that is not blank.
  func text(_ name: FieldName) -> String? {
    values.last { $0.name == name.rawValue }?.value.trimmingCharacters(in: .whitespacesAndNewlines).nonEmpty
  }

  func list(_ name: FieldName) -> [String] {
    values.filter { $0.name == name.rawValue || $0.name == name.rawValue + "[]" }.compactMap {
      $0.value.trimmingCharacters(in: .whitespacesAndNewlines).nonEmpty
    }
  }

  func flag(_ name: FieldName) throws -> Bool {
    guard let text = text(name)?.lowercased() else { return false }
    if ["true", "1"].contains(text) { return true }
    if ["false", "0"].contains(text) { return false }
    throw APIError.badRequest("\(name.rawValue): true or false.", name)
  }

  func format() throws -> AnswerFormat {
    guard let text = text(.responseFormat) else { return .json }
    guard let format = AnswerFormat(rawValue: text) else {
      let known = AnswerFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw APIError.badRequest(
        "response_format '\(text.prefix(40))': this server knows \(known).", .responseFormat)
    }
    return format
  }

  /// nil for 0: that is the search with fallback.
  func temperature() throws -> Float? {
    guard let text = text(.temperature) else { return nil }
    guard let value = Double(text), (0...1).contains(value) else {
      throw APIError.badRequest("temperature: a number from 0 to 1.", .temperature)
    }
    return value == 0 ? nil : Float(value)
  }

  /// ISO 639 codes; with a region, and English names, too.
  func language() throws -> String? {
    let several = list(.languages)
    guard let asked = text(.language) ?? (several.count == 1 ? several[0] : nil) else { return nil }
    let code = asked.lowercased()
    if Language.codes.contains(code) { return code }
    if let short = code.split(whereSeparator: { "-_".contains($0) }).first.map(String.init),
      Language.codes.contains(short)
    {
      return short
    }
    if let named = Language.codes.first(where: { Language.name(of: $0) == code }) { return named }
    throw APIError.badRequest(
      "Invalid language '\(asked.prefix(40))'. Language has to be an ISO 639-1 code such as en.", .language,
      code: "invalid_language_format")
  }

  func wantsWords(_ format: AnswerFormat) throws -> Bool {
    let asked = list(.granularities)
    guard !asked.isEmpty else { return false }
    let name = FieldName.granularities
    if let odd = asked.first(where: { $0 != "word" && $0 != "segment" }) {
      throw APIError.badRequest("\(name.rawValue) '\(odd.prefix(40))': known are word, segment.", name)
    }
    guard format == .verboseJSON else {
      throw APIError.badRequest("\(name.rawValue): needs response_format verbose_json.", name)
    }
    return asked.contains("word")
  }

  /// `auto`, or OpenAI's `server_vad` object.
  func chunking() throws -> RequestOptions.Speech? {
    let name = FieldName.chunking
    guard let text = text(name) else { return nil }
    if text == "auto" { return RequestOptions.Speech() }
    guard let wish = try? JSONDecoder().decode(ServerVAD.self, from: Data(text.utf8)), wish.type == "server_vad" else {
      throw APIError.badRequest("\(name.rawValue): 'auto', or an object of the type server_vad.", name)
    }
    guard wish.isInRange else { throw APIError.badRequest("\(name.rawValue): a value is out of its range.", name) }
    var speech = RequestOptions.Speech()
    (speech.threshold, speech.padding, speech.silence) = (
      wish.threshold, wish.prefix_padding_ms, wish.silence_duration_ms
    )
    return speech
  }

  private struct ServerVAD: Decodable {
    let type: String
    let threshold: Float?
    let prefix_padding_ms: Int?
    let silence_duration_ms: Int?

    var isInRange: Bool {
      let times = [prefix_padding_ms, silence_duration_ms].compactMap(\.self)
      return times.allSatisfy { (0...60_000).contains($0) } && threshold.map { (0...1).contains($0) } ?? true
    }
  }
}

extension String {
  /// Nil instead of an empty text.
  var nonEmpty: String? { isEmpty ? nil : self }
}
