/// Takes the words of notes and transcripts out of what goes into a log.
enum Redaction {
  static let placeholder = "[redacted]"

  private static let fields: Set<String> = [
    "note", "note_polished", "transcription_raw", "transcription_stream_partial", "transcription_final",
  ]

  /// The value with every field that holds words replaced, at any depth.
  static func apply(to value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map(apply))
    case .object(let members):
      .object(
        Dictionary(
          uniqueKeysWithValues: members.map { key, member in
            (key, fields.contains(key) ? .string(placeholder) : apply(to: member))
          }))
    default: value
    }
  }
}
