import ArgumentParser
import Foundation
import ModelStore
import SpeechEngine

struct TranscribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transcribe", abstract: "Turn recordings into text, on this CPU. Nothing is stored.")

  @Argument(help: "WAV files; anything else is read through ffmpeg where it is installed.") var files: [String]
  @OptionGroup var engine: EngineFlags
  @OptionGroup(title: "Output") var output: TranscriptFlags
  @Flag(help: "Use what is there when a file is shorter than its header says.") var allowTruncated = false
  @Option(help: "Use this channel alone, 1 for the first (left). Default: the mean of all.") var channel: Int?
  @OptionGroup var decoding: DecodingFlags

  func validate() throws {
    if let channel, channel < 1 { throw ValidationError("--channel: 1 or more.") }
  }

  func run() async throws {
    var settings = try engine.settings()
    settings.language = decoding.language.language
    let choice = try EngineChoice(settings)
    for notice in choice.notices { Console.error(notice) }
    let model = try WhisperModel(folder: choice.model.folder, computeType: choice.computeType)
    let transcriber = try Transcriber(
      model, threads: choice.threads,
      detector: try decoding.voice.detector(modelFolder: choice.model.folder, settings.variables))
    if let language = settings.language, !model.isMultilingual, language != "en" {
      Console.error("--language \(language): this model knows English only; it transcribes as English.")
    }
    var options = choice.options
    decoding.apply(to: &options)
    for notice in decoding.notices(model) { Console.error(notice) }
    do { try options.validate() } catch { throw UsageError(Wording.line(for: error)) }
    var failed = false
    for file in files {
      do {
        try transcribe(file, with: transcriber, options, modelName: choice.model.name)
      } catch AudioError.cancelled {
        throw CancellationError()
      } catch {
        Console.error("fieldos: " + Wording.line(for: error))
        failed = true
      }
    }
    if failed { throw ExitCode(1) }
  }

  private func transcribe(
    _ file: String, with transcriber: Transcriber, _ options: TranscriptionOptions, modelName: String
  ) throws {
    let recording = try AudioFile(contentsOf: URL(filePath: file), allowTruncated: allowTruncated, channel: channel)
    let bar = ProgressBar(URL(filePath: file).lastPathComponent, total: recording.duration)
    defer { bar.clear() }
    let result = try transcriber.transcribe(recording, options, progress: { bar.show($0) })
    bar.clear()
    for span in result.skipped { Console.error("\(file): \(Wording.line(for: span))") }
    Console.raw(
      try output.format.render(
        result, file: file, model: modelName, task: options.task, subtitles: output.subtitles))
  }
}

/// How a transcript is printed.
struct TranscriptFlags: ParsableArguments {
  @Option(help: "One of \(Self.known) (or text). Default: txt.", transform: Self.format) var format =
    TranscriptFormat.txt
  @Option(help: "Characters of a subtitle's line at most.") var maxLineWidth: Int?
  @Option(help: "Lines of a subtitle at most.") var maxLineCount: Int?

  private static let known = TranscriptFormat.allCases.map(\.rawValue).joined(separator: ", ")

  private static func format(_ name: String) throws -> TranscriptFormat {
    guard let format = TranscriptFormat(name: name) else { throw ValidationError("known: \(known).") }
    return format
  }

  var subtitles: SubtitleLayout { SubtitleLayout(maxLineWidth: maxLineWidth, maxLineCount: maxLineCount) }

  func validate() throws {
    if let maxLineWidth, maxLineWidth < 1 { throw ValidationError("--max-line-width: 1 or more.") }
    if let maxLineCount, maxLineCount < 1 { throw ValidationError("--max-line-count: 1 or more.") }
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
