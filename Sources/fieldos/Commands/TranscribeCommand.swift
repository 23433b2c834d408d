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
  @Option(help: "Kernels to compute with, of those that 'fieldos doctor' names. Default: the CPU's best.") var kernel:
    String?
  @Option(
    help:
      "Speech servers that hear them in place of this CPU, apart by commas: language, task, prompt and hotwords go along."
  )
  var endpoint: String?
  @OptionGroup var draft: DraftFlag
  @OptionGroup var decoding: DecodingFlags

  func validate() throws {
    if let channel, channel < 1 { throw ValidationError("--channel: 1 or more.") }
    if endpoint != nil, channel != nil { throw ValidationError("--channel: doesn't go with --endpoint.") }
  }

  func run() async throws {
    var settings = try engine.settings()
    settings.language = decoding.language.language
    if let endpoint { return try await askServers(endpoint, settings) }
    let choice = try EngineChoice(settings)
    for notice in choice.notices { Console.error(notice) }
    let model = try WhisperModel(folder: choice.model.folder, computeType: choice.computeType)
    let transcriber = try Transcriber(
      model, threads: choice.threads, kernel: kernel,
      detector: try decoding.voice.detector(modelFolder: choice.model.folder, settings.variables))
    if let language = settings.language, !model.isMultilingual, language != "en" {
      Console.error("--language \(language): this model knows English only; it transcribes as English.")
    }
    var options = choice.options
    decoding.apply(to: &options)
    try draft.apply(to: &options, recordings: files.count)
    for notice in decoding.notices(model) + [draft.notice(options)].compactMap({ $0 }) { Console.error(notice) }
    do { try options.validate() } catch { throw UsageError(Wording.line(for: error)) }
    let job = Job(transcriber: transcriber, options: options, modelName: choice.model.name)
    var isFine = true
    for start in stride(from: 0, to: files.count, by: Self.together) {
      let group = files[start..<min(start + Self.together, files.count)]
      if try !transcribe(Array(group), job) { isFine = false }
    }
    if !isFine { throw ExitCode(1) }
  }

  private func askServers(_ endpoint: String, _ settings: Settings) async throws {
    var options = TranscriptionOptions()
    decoding.apply(to: &options)
    let servers = try RemoteTranscription(
      settings, endpoint: endpoint, options, output, allowTruncated: allowTruncated)
    if try await !servers.run(files) { throw ExitCode(1) }
  }

  private struct Job {
    let transcriber: Transcriber
    let options: TranscriptionOptions
    let modelName: String
  }

  /// Recordings whose windows are decoded together: the weights are read once for all of them.
  private static let together = 8

  /// - Returns: false when something is wrong with one of them; it has been said.
  private func transcribe(_ files: [String], _ job: Job) throws -> Bool {
    var opened: [(file: String, recording: AudioFile)] = []
    for file in files {
      do {
        opened.append(
          (file, try AudioFile(contentsOf: URL(filePath: file), allowTruncated: allowTruncated, channel: channel)))
      } catch AudioError.cancelled {
        throw CancellationError()
      } catch {
        Console.error("fieldos: " + Wording.line(for: error))
      }
    }
    let results = try transcribe(opened.map(\.recording), labels: opened.map(\.file), job)
    var isFine = opened.count == files.count
    for (file, result) in zip(opened.map(\.file), results) {
      switch result {
      case .success(let transcription): try write(transcription, file, job)
      case .failure(let error):
        Console.error("fieldos: " + Wording.line(for: error))
        isFine = false
      }
    }
    return isFine
  }

  private func transcribe(
    _ recordings: [AudioFile], labels: [String], _ job: Job
  ) throws -> [Result<Transcription, any Error>] {
    guard let first = labels.first else { return [] }
    let label = labels.count == 1 ? URL(filePath: first).lastPathComponent : "\(labels.count) recordings"
    let bar = ProgressBar(label, total: recordings.reduce(0) { $0 + $1.duration })
    defer { bar.clear() }
    var done = recordings.map { _ in 0.0 }
    return try job.transcriber.transcribe(
      recordings, job.options,
      progress: { index, seconds in
        done[index] = seconds
        bar.show(done.reduce(0, +))
      })
  }

  private func write(_ result: Transcription, _ file: String, _ job: Job) throws {
    for span in result.skipped { Console.error("\(file): \(Wording.line(for: span))") }
    Console.raw(
      try output.format.render(
        result, file: file, model: job.modelName, task: job.options.task, subtitles: output.subtitles))
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
