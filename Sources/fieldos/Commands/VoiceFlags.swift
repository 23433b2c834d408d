import ArgumentParser
import Foundation
import SpeechEngine

/// Leaving out what holds no speech.
struct VoiceFlags: ParsableArguments {
  @Flag(help: "Leave out what holds no speech before decoding.") var vadFilter = false
  @Option(help: "Probability from which speech begins, 0 to 1. Default: 0.5.") var vadThreshold: Float?
  @Option(help: "Probability below which it ends. Default: 0.15 less.") var vadNegThreshold: Float?
  @Option(help: "Shorter speech is left out. Default: 0.") var vadMinSpeechDurationMs: Int?
  @Option(help: "Longer speech is cut. Default: no limit; in batches the window.") var vadMaxSpeechDurationS: Double?
  @Option(help: "Silence that ends speech. Default: 2000, in batches 160.") var vadMinSilenceDurationMs: Int?
  @Option(help: "Sound kept on each side of speech. Default: 400.") var vadSpeechPadMs: Int?
  @Option(help: "silero_vad_v6.onnx, or 'builtin'. Default: beside the model or from faster-whisper, else built in.")
  var vadModel: String?

  func validate() throws {
    let others: [Any?] = [
      vadThreshold, vadNegThreshold, vadMinSpeechDurationMs, vadMaxSpeechDurationS, vadMinSilenceDurationMs,
      vadSpeechPadMs,
    ]
    if !vadFilter, others.contains(where: { $0 != nil }) { throw ValidationError("--vad-…: needs --vad-filter.") }
  }

  func options(batched: Bool, chunkLength: Int?) -> VoiceActivityOptions? {
    guard vadFilter else { return nil }
    var options = batched ? VoiceActivityOptions.batched(chunkLength: Double(chunkLength ?? 30)) : .init()
    if let vadThreshold { options.threshold = vadThreshold }
    options.negThreshold = vadNegThreshold
    if let vadMinSpeechDurationMs { options.minSpeechDurationMs = vadMinSpeechDurationMs }
    if let vadMaxSpeechDurationS { options.maxSpeechDurationSeconds = vadMaxSpeechDurationS }
    if let vadMinSilenceDurationMs { options.minSilenceDurationMs = vadMinSilenceDurationMs }
    if let vadSpeechPadMs { options.speechPadMs = vadSpeechPadMs }
    return options
  }

  /// The detector that is asked for, or the best that there is; a line on standard error says which.
  func detector(modelFolder: URL, _ variables: Variables) throws -> VoiceActivityDetector? {
    guard vadFilter else { return nil }
    if vadModel == "builtin" { return try VoiceActivityDetector() }
    if let vadModel { return try VoiceActivityDetector(silero: URL(filePath: vadModel)) }
    let roots = SileroWeights.pythonRoots(
      home: FileManager.default.homeDirectoryForCurrentUser,
      environments: ["VIRTUAL_ENV", "CONDA_PREFIX"].compactMap { variables.text($0).map { URL(filePath: $0) } })
    switch SileroWeights.find(in: [modelFolder], pythonRoots: roots) {
    case .weights(let url): return try VoiceActivityDetector(silero: url)
    case .outdated(let url):
      Console.error("\(url.path): not Silero v6; the built-in speech detector is used. Update faster-whisper to 1.2.")
    case .nothing:
      Console.error("no Silero weights found: the built-in speech detector is used. Name them with --vad-model PATH.")
    }
    return try VoiceActivityDetector()
  }
}
