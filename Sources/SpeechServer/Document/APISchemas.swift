/// What is answered, for the OpenAPI document.
enum APISchemas {
  static var all: [String: Any] {
    [
      "Transcription": object(["text": string, "usage": usage], required: ["text", "usage"]),
      "VerboseTranscription": object(
        [
          "task": string, "language": string, "duration": number, "text": string, "segments": list(segment),
          "words": list(word),
        ], required: ["task", "language", "duration", "text", "segments"]),
      "Model": model,
      "ModelList": object(["object": string, "data": list(model)], required: ["object", "data"]),
      "Error": object(
        [
          "error": object(
            ["message": string, "type": string, "param": text, "code": text], required: ["message", "type"])
        ],
        required: ["error"]),
    ]
  }

  private static let string = ["type": "string"]
  private static let number = ["type": "number"]
  private static let integer = ["type": "integer"]
  private static let text = ["type": ["string", "null"]]

  private static var usage: [String: Any] {
    object(["type": string, "seconds": integer], required: ["type", "seconds"])
  }
  private static var word: [String: Any] {
    object(["word": string, "start": number, "end": number], required: ["word", "start", "end"])
  }

  private static var model: [String: Any] {
    object(
      ["id": string, "object": string, "created": integer, "owned_by": string],
      required: ["id", "object", "created", "owned_by"])
  }

  private static var segment: [String: Any] {
    let fields: [String: Any] = [
      "id": integer, "seek": integer, "start": number, "end": number, "text": string, "tokens": list(integer),
      "temperature": number, "avg_logprob": number, "compression_ratio": number, "no_speech_prob": number,
    ]
    return object(fields, required: fields.keys.sorted())
  }

  private static func object(_ properties: [String: Any], required: [String]) -> [String: Any] {
    ["type": "object", "properties": properties, "required": required]
  }

  private static func list(_ items: [String: Any]) -> [String: Any] { ["type": "array", "items": items] }
}
