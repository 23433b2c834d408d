import Serving

/// What is answered, for the OpenAPI document.
enum APISchemas {
  static var all: OpenAPI.Object {
    [
      "Transcription": OpenAPI.object(["text": OpenAPI.string, "usage": usage], required: ["text", "usage"]),
      "VerboseTranscription": OpenAPI.object(
        [
          "task": OpenAPI.string, "language": OpenAPI.string, "duration": OpenAPI.number, "text": OpenAPI.string,
          "segments": OpenAPI.list(segment), "words": OpenAPI.list(word),
        ], required: ["task", "language", "duration", "text", "segments"]),
      "Model": model,
      "ModelList": OpenAPI.object(
        ["object": OpenAPI.string, "data": OpenAPI.list(model)], required: ["object", "data"]),
      "Error": OpenAPI.object(["error": error], required: ["error"]),
    ]
  }

  private static var error: OpenAPI.Object {
    let text = ["type": ["string", "null"]]
    return OpenAPI.object(
      ["message": OpenAPI.string, "type": OpenAPI.string, "param": text, "code": text],
      required: ["message", "type", "param", "code"])
  }

  private static var usage: OpenAPI.Object {
    OpenAPI.object(["type": OpenAPI.string, "seconds": OpenAPI.integer], required: ["type", "seconds"])
  }

  private static var word: OpenAPI.Object {
    OpenAPI.object(
      ["word": OpenAPI.string, "start": OpenAPI.number, "end": OpenAPI.number, "probability": OpenAPI.number],
      required: ["word", "start", "end"])
  }

  private static var model: OpenAPI.Object {
    OpenAPI.object(
      ["id": OpenAPI.string, "object": OpenAPI.string, "created": OpenAPI.integer, "owned_by": OpenAPI.string],
      required: ["id", "object", "created", "owned_by"])
  }

  private static var segment: OpenAPI.Object {
    let (integer, number) = (OpenAPI.integer, OpenAPI.number)
    let fields: OpenAPI.Object = [
      "id": integer, "seek": integer, "start": number, "end": number, "text": OpenAPI.string,
      "tokens": OpenAPI.list(integer), "temperature": number, "avg_logprob": number, "compression_ratio": number,
      "no_speech_prob": number,
    ]
    return OpenAPI.object(fields, required: fields.keys.sorted())
  }
}
