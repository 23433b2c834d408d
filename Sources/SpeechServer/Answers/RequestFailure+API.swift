import HTTPTypes
import Transcription

extension RequestFailure {
  /// What the client is told.
  var apiError: APIError {
    switch self {
    case .notAudio:
      .badRequest(
        "Invalid file format. No sound was found in the file. Send flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav or webm.",
        .file, code: "invalid_file_format")
    case .empty: .badRequest("The file holds no sound. Record again.", .file)
    case .truncated: .badRequest("The file is shorter than its header says. Send it again.", .file)
    case .damaged: .badRequest("Samples of the file are not numbers. Export it again as 16-bit PCM.", .file)
    case .tooLong:
      APIError(.contentTooLarge, "The recording is longer than four hours. Cut it into parts.", param: "file")
    case .noDecoder:
      APIError(
        .unsupportedMediaType, "This server reads WAV only, for ffmpeg is not installed there. Send WAV.",
        param: "file",
        code: "unsupported_format")
    case .language: .badRequest("The model doesn't know this language. Leave it out to have it detected.", .language)
    case .options: .badRequest("An option is out of its range.", .chunking)
    case .modelTooLarge:
      .badRequest(
        "The model is larger than what FIELDOS_API_MODEL_MEMORY allows. Raise it, or ask for a smaller model.", .model,
        code: "model_too_large")
    case .model: .server("The model can't be loaded. 'fieldos models verify' tells what is wrong with it.")
    case .unreadable: .server("The file could not be read on our side. Send it again.")
    case .engine: .server("The speech engine failed on this recording.")
    }
  }
}
