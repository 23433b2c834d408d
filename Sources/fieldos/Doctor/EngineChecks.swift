import Domain
import Foundation
import ModelStore
import Operations
import SpeechEngine

/// What recognising speech needs of this machine.
enum EngineChecks {
  static func processor(_ settings: Settings) -> HealthCheck {
    HealthCheck(name: "CPU") {
      let kernels = KernelVariant.available
      let detail = "\(KernelVariant.cores) cores, kernels \(kernels.joined(separator: ", "))"
      if let wanted = settings.variables.text(kernelVariable) {
        return HealthVerdict(
          .warning, detail: "\(detail), \(kernelVariable)=\(wanted)",
          remedy: wanted == kernels.first
            ? "unset \(kernelVariable) once you know that it is not needed"
            : "it has no effect: set \(kernelVariable) in the environment to one of these, or unset it")
      }
      return kernels == ["scalar"]
        ? HealthVerdict(.warning, detail: detail, remedy: "works, but slowly: no SIMD kernels for this CPU yet")
        : HealthVerdict(.ok, detail: detail)
    }
  }

  /// Names the best kernel set that may be used; read by the kernels themselves when the process starts.
  private static let kernelVariable = "FIELDOS_KERNELS"

  /// - Parameter loads: reads all weights, too.
  static func model(_ settings: Settings, loads: Bool) -> HealthCheck {
    HealthCheck(name: "model") {
      let remedy = "look at all: fieldos models list; get it again: fieldos models pull \(settings.model ?? "base")"
      do {
        let choice = try EngineChoice(settings)
        var detail = choice.summary
        if loads {
          let model = try WhisperModel(folder: choice.model.folder, computeType: choice.computeType)
          detail += ", \(model.shape.width) wide, loads"
        }
        guard choice.model.isDemo else { return HealthVerdict(.ok, detail: detail) }
        return HealthVerdict(.warning, detail: detail, remedy: EngineChoice.demoNotice)
      } catch {
        let isNeeded = settings.whisperEndpoint == nil
        return HealthVerdict(isNeeded ? .failure : .warning, detail: Wording.line(for: error), remedy: remedy)
      }
    }
  }

  /// The weights, packed once, and what decoding keeps beside them; of the model for live words too, where that is another.
  /// - Parameter isLoaded: whether a worker has them already.
  static func memory(_ settings: Settings, isLoaded: @escaping @Sendable () -> Bool) -> HealthCheck {
    HealthCheck(name: "memory") {
      if isLoaded() { return HealthVerdict(.ok, detail: "a worker has loaded its model") }
      let isHeard = (try? settings.liveWordsAreOffBy()) == nil
      let used = isHeard ? [settings, settings.streaming] : [settings]
      let folders = Set(used.compactMap { try? EngineChoice($0).model.folder })
      guard !folders.isEmpty else { return HealthVerdict(.ok, detail: "no model to hold") }
      let needed = folders.reduce(0) { $0 &+ weights($1) / 2 * 3 + (256 << 20) }
      return MachineChecks.memory(needed: needed, available: MachineChecks.availableMemory())
    }
  }

  /// Bytes of a model's files.
  private static func weights(_ folder: URL) -> Int {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.compactMap { name in
      // Weights in a hub's cache are links.
      let file = folder.appending(path: name).resolvingSymlinksInPath()
      return try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    }.reduce(0) { $0 &+ max(0, $1) }
  }

  static func device(_ settings: Settings) -> HealthCheck {
    HealthCheck(name: "device") {
      switch settings.device.lowercased() {
      case "cpu", "auto": return HealthVerdict(.ok, detail: "this machine's processor")
      case "cuda", "metal":
        if settings.whisperEndpoint != nil {
          return HealthVerdict(.ok, detail: "speech servers (\(settings.device), as set); live words: this processor")
        }
        return HealthVerdict(
          .warning,
          detail: "FIELDOS_WHISPER_DEVICE=\(settings.device) needs a speech server, and none is set; the CPU works",
          remedy: "set FIELDOS_WHISPER_DEVICE=cpu, or FIELDOS_WHISPER_ENDPOINT to a speech server")
      default:
        return HealthVerdict(
          .failure, detail: "FIELDOS_WHISPER_DEVICE=\(settings.device) is unknown",
          remedy: "set FIELDOS_WHISPER_DEVICE=cpu")
      }
    }
  }

  static let ffmpeg = HealthCheck(name: "ffmpeg") {
    guard let path = FFmpegReader.executable() else {
      return HealthVerdict(.warning, detail: "not found, only WAV files can be read", remedy: "install ffmpeg")
    }
    return HealthVerdict(.ok, detail: path.path)
  }
}
