import ArgumentParser
import Foundation
import ModelStore
import SpeechEngine

struct TranscribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transcribe", abstract: "Turn recordings into text, on this CPU. Nothing is stored.")

  @Argument(help: "WAV files; anything else is read through ffmpeg where it is installed.") var files: [String]
  @OptionGroup var engine: EngineFlags
  @Option(help: "ISO code such as en; left out, it is detected.") var language: String?
  @Option(help: "One of \(TranscriptFormat.allCases.map(\.rawValue).joined(separator: ", ")).") var format =
    TranscriptFormat.txt
  @Flag(help: "Use what is there when a file is shorter than its header says.") var allowTruncated = false

  func run() async throws {
    var settings = try engine.settings()
    settings.language = language
    let choice = try EngineChoice(settings)
    for notice in choice.notices { Console.error(notice) }
    let transcriber = try Transcriber(
      try WhisperModel(folder: choice.model.folder, computeType: choice.computeType), threads: choice.threads)
    if let language, !transcriber.model.isMultilingual, language != "en" {
      Console.error("--language \(language): this model knows English only; it transcribes as English.")
    }
    var failed = false
    for file in files {
      do {
        try transcribe(file, with: transcriber, choice)
      } catch {
        Console.error("fieldos: " + Wording.line(for: error))
        failed = true
      }
    }
    if failed { throw ExitCode(1) }
  }

  private func transcribe(_ file: String, with transcriber: Transcriber, _ choice: EngineChoice) throws {
    let clip = try AudioClip(contentsOf: URL(filePath: file), allowTruncated: allowTruncated)
    let bar = ProgressBar(URL(filePath: file).lastPathComponent, total: clip.duration)
    defer { bar.clear() }
    let result = try transcriber.transcribe(clip, choice.options) { bar.show($0) }
    bar.clear()
    for span in result.skipped {
      Console.error("\(file): no speech from \(span.start) s to \(span.end) s, left out.")
    }
    Console.raw(try format.render(result, file: file, model: choice.model.name))
  }
}

/// What commands that run the engine share.
struct EngineFlags: ParsableArguments {
  @Option(help: "A model's name or folder. Default: base where it is present, else the demo model.") var model: String?
  @Option(help: "Hypotheses kept while decoding, 1 to 16. Default: 5.") var beamSize: Int?
  @Option(help: "int8 (default) or float32; faster-whisper's other names run as the nearest.") var computeType: String?
  @Option(help: "Threads; 0 means all cores.") var threads = 0

  func validate() throws {
    if let beamSize, !(1...16).contains(beamSize) { throw ValidationError("--beam-size: from 1 to 16.") }
    if model?.isEmpty == true { throw ValidationError("--model: name a model or its folder.") }
    if threads < 0 || threads > 1024 { throw ValidationError("--threads: from 0 (all cores) to 1024.") }
  }

  func settings() throws -> Settings {
    var settings = try Settings.load()
    if let model { settings.model = model }
    if let beamSize { settings.beamSize = beamSize }
    if let computeType { settings.computeType = computeType }
    settings.threads = threads
    return settings
  }
}
