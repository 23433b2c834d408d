import Foundation
import ModelStore
import SpeechEngine
import Transcription

/// Which model runs and how, and what must be said about it.
struct EngineChoice {
  let model: FoundModel
  let computeType: ComputeType
  let options: TranscriptionOptions
  let threads: Int
  /// Lines for people: what runs instead of what was asked for, and that the demo model is a demo model.
  let notices: [String]

  static let demoNotice =
    "model demo-en: a demo model for synthetic voices; it doesn't recognise people. Get a real one: "
    + "fieldos models pull base"

  init(_ settings: Settings) throws {
    model = try settings.catalog.find(settings.model)
    var notices: [String] = model.isDemo ? [Self.demoNotice] : []
    guard let type = ComputeType.nearest(to: settings.computeType) else {
      let names = "int8, int8_float32, int8_bfloat16, int8_float16, int16, bfloat16, float16, float32, auto, default"
      throw UsageError(
        "FIELDOS_WHISPER_COMPUTE_TYPE or --compute-type '\(settings.computeType)': unknown. Known: \(names).")
    }
    if type.rawValue != settings.computeType.lowercased() {
      notices.append("compute type \(settings.computeType) runs as \(type.rawValue).")
    }
    notices += try Self.deviceNotice(settings.device, hasServers: settings.whisperEndpoint != nil)
    computeType = type
    threads = settings.threads
    var options = TranscriptionOptions()
    options.beamSize = settings.beamSize
    options.language = settings.language
    // The note page plays single words, and marks those that the model is not sure of.
    options.wordTimestamps = true
    self.options = options
    self.notices = notices
  }

  private static func deviceNotice(_ device: String, hasServers: Bool) throws(UsageError) -> [String] {
    switch device.lowercased() {
    case "cpu", "auto": return []
    case "cuda", "metal":
      if hasServers { return [] }
      return [
        "FIELDOS_WHISPER_DEVICE=\(device): needs a speech server, and FIELDOS_WHISPER_ENDPOINT names none; running on the CPU. "
          + "Set it, or FIELDOS_WHISPER_DEVICE=cpu to silence this."
      ]
    default: throw UsageError("FIELDOS_WHISPER_DEVICE=\(device): unknown. Set it to cpu, cuda or metal.")
    }
  }

  /// One line that says what really runs.
  var summary: String {
    let threads = threads > 0 ? threads : KernelVariant.cores
    return "model=\(model.name) device=cpu compute=\(computeType.rawValue) kernels=\(KernelVariant.available[0]) "
      + "threads=\(threads) beam=\(options.beamSize)"
  }

  func recogniser() throws -> NativeRecogniser {
    try NativeRecogniser(model, computeType: computeType, threads: threads, options: options)
  }

  /// Finds speech while it goes on: Silero where the model's folder has its weights.
  func streamDetector() throws -> VoiceActivityDetector? { try Self.streamDetector(in: model.folder) }

  static func streamDetector(in folder: URL) throws -> VoiceActivityDetector? {
    guard case .weights(let url) = SileroWeights.find(in: [folder]) else { return nil }
    return try VoiceActivityDetector(silero: url)
  }
}
