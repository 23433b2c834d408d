import ArgumentParser
import Foundation
import ModelStore
import SpeechEngine
import Transcription

struct ListenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen", abstract: "Show words while they are spoken, from the microphone. Nothing is stored.",
    discussion: "Ctrl-C ends it. The microphone is read by ffmpeg. Dim words may still change.")

  @Option(help: "Listen to a recording in place of the microphone.") var file: String?
  @Flag(help: "With --file: as fast as it was spoken, not faster.") var realtime = false
  @Option(help: "pulse, alsa or avfoundation, and after a colon its name for a microphone. Default: what is there.")
  var device: String?
  @Option(help: "A model's name or folder. Default: base where it is present, else the demo model.") var model: String?
  @Option(help: "ISO code such as en; left out, it is detected.") var language: String?
  @Option(help: "Names and terms to expect.") var hotwords: String?
  @Option(help: "Threads; 0 means all cores. Default: 1.") var threads = 1
  @Flag(help: "Events for machines, one JSON object a line.") var json = false

  func validate() throws {
    if model?.isEmpty == true { throw ValidationError("--model: name a model or its folder.") }
    if !(0...1024).contains(threads) { throw ValidationError("--threads: from 0 (all cores) to 1024.") }
    if realtime, file == nil { throw ValidationError("--realtime: needs --file; a microphone never is faster.") }
    if file != nil, device != nil { throw ValidationError("--file and --device: name one.") }
  }

  func run() async throws {
    var settings = try Settings.load()
    if let model { settings.model = model }
    let milliseconds = try settings.variables.integer("STREAM_CHUNK_MS", in: 20...5000) ?? 300
    let source = try source(piece: milliseconds * AudioClip.sampleRate / 1000)
    let (speaker, close) = try speaker(settings)
    defer { close() }
    let printer = Task { [json] in
      var output = Self.output(json: json)
      defer { output.end() }
      for try await event in speaker.events { output.show(event) }
    }
    // Ctrl-C ends the sound, not the words: what was said is heard to its end.
    let signal = try await Interruption.cancelling {
      let heardAll: Bool
      do { heardAll = try await source.feed(speaker) } catch { speaker.cancel(throwing: error); throw error }
      speaker.end()
      try await printer.value
      if !heardAll { throw CancellationError() }
    }
    if let signal, file != nil { throw ExitCode(128 + signal) }
  }

  /// A speaker of the engine that is chosen, and how to end that engine.
  private func speaker(_ settings: Settings) throws -> (any ListenSpeaker, close: () -> Void) {
    if model == nil, let vosk = try LiveEngine(settings).vosk(notice: Console.error) {
      if language != nil || hotwords != nil {
        Console.error(
          "--language, --hotwords: not for Vosk, whose model decides. Name a --model for FieldOS's own engine.")
      }
      return (vosk.speak(), {})
    }
    let choice = try EngineChoice(settings)
    for notice in choice.notices { Console.error(notice) }
    let live = try LiveTranscriber(
      WhisperModel(folder: choice.model.folder, computeType: choice.computeType), options(), threads: threads,
      detector: try choice.streamDetector())
    return (live.open(), { live.close() })
  }

  private static func output(json: Bool) -> any ListenOutput {
    if json { return ListenLines() }
    return Console.columns == nil ? ListenText() as any ListenOutput : ListenScreen()
  }

  private func options() -> StreamingOptions {
    var options = StreamingOptions()
    options.language = language
    options.hotwords = hotwords
    return options
  }

  private func source(piece: Int) throws -> any ListenSource {
    guard let file else { return try Microphone(device, piece: piece) }
    return RecordedSound(
      recording: try AudioFile(contentsOf: URL(filePath: file)), piece: piece, isPaced: realtime)
  }
}
