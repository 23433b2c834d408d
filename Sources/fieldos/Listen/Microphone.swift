import Foundation
import SpeechEngine
import Synchronization

/// A microphone that can't be read, or no more.
struct MicrophoneError: Error {
  let device: String
  let reason: String
}

/// The microphone, read by ffmpeg.
struct Microphone: ListenSource {
  private let program: URL
  /// ffmpeg's name of the way, and of the microphone.
  private let input: (format: String, name: String)
  /// Samples.
  private let piece: Int

  /// - Parameter device: `pulse`, `alsa` or `avfoundation`, and behind a colon its name for the microphone.
  /// - Throws: `UsageError` where there is no ffmpeg, or the way is unknown.
  init(_ device: String?, piece: Int) throws {
    guard let program = FFmpegReader.executable() else {
      throw UsageError("no ffmpeg on PATH, and it reads the microphone. Install ffmpeg, or use --file.")
    }
    self.program = program
    self.piece = piece
    input = try Self.input(device)
  }

  private static func input(_ device: String?) throws -> (String, String) {
    let parts = (device ?? "").split(separator: ":", maxSplits: 1).map(String.init)
    #if os(macOS)
      let format = parts.first ?? "avfoundation"
    #else
      let format = parts.first ?? (hasPulse ? "pulse" : "alsa")
    #endif
    switch format {
    case "pulse", "alsa": return (format, parts.count > 1 ? parts[1] : "default")
    case "avfoundation": return (format, ":" + (parts.count > 1 ? parts[1] : "default"))
    default: throw UsageError("--device \(format): unknown. Name pulse, alsa or avfoundation.")
    }
  }

  /// PulseAudio, or PipeWire in its place.
  private static var hasPulse: Bool {
    let environment = ProcessInfo.processInfo.environment
    if environment["PULSE_SERVER"]?.isEmpty == false { return true }
    let folders = [environment["PULSE_RUNTIME_PATH"], environment["XDG_RUNTIME_DIR"].map { $0 + "/pulse" }]
    return folders.compactMap { $0 }.contains { FileManager.default.fileExists(atPath: $0 + "/native") }
  }

  func feed(_ speaker: any ListenSpeaker) async throws -> Bool {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let (output, complaints) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = complaints
    do { try process.run() } catch { throw UsageError("\(program.path): did not start. Check it.") }
    let said = LastWords(complaints.fileHandleForReading)
    let pieces = AsyncStream<[Float]> { continuation in
      Thread.detachNewThread { [piece] in
        PCMPipe(output.fileHandleForReading, bytes: 2 * piece).read { continuation.yield($0) }
        continuation.finish()
      }
    }
    defer { if process.isRunning { process.terminate() } }
    for await samples in pieces {
      if speaker.isFinished { return true }
      speaker.feed(samples)
    }
    // A microphone has no other end than Ctrl-C, which ffmpeg hears as well, perhaps sooner.
    try? await Task.sleep(for: .milliseconds(300))
    if Task.isCancelled { return true }
    throw MicrophoneError(device: "\(input.format) \(input.name)", reason: said.line ?? "no reason given")
  }

  private var arguments: [String] {
    let rate = String(AudioClip.sampleRate)
    // Else PulseAudio hands out two seconds at a time.
    let pulse = input.format == "pulse" ? ["-sample_rate", rate, "-channels", "1", "-fragment_size", "1600"] : []
    let opened = ["-nostdin", "-v", "error", "-probesize", "32", "-f", input.format] + pulse + ["-i", input.name]
    return opened + ["-ac", "1", "-ar", rate, "-c:a", "pcm_s16le", "-f", "s16le", "-flush_packets", "1", "pipe:1"]
  }
}

/// What a program complained of last. It is read all the time: a pipe that is full would make the program wait.
private final class LastWords: Sendable {
  private static let most = 4_096
  private let said = Mutex(Data())

  init(_ complaints: FileHandle) {
    Thread.detachNewThread { [self] in
      while let more = try? complaints.read(upToCount: 512), !more.isEmpty {
        said.withLock { $0 = Data(($0 + more).suffix(Self.most)) }
      }
    }
  }

  /// Its last line, nil where it said nothing.
  var line: String? {
    let text = String(decoding: said.withLock { $0 }, as: UTF8.self)
    return text.split(separator: "\n").last.map { String($0.suffix(200)) }
  }
}

/// Samples of 16 bits from a pipe.
struct PCMPipe {
  private let handle: FileHandle
  private let bytes: Int

  /// - Parameter bytes: of a piece.
  init(_ handle: FileHandle, bytes: Int) {
    self.handle = handle
    self.bytes = bytes
  }

  /// Calls `take` with each piece until the pipe ends; the last may be shorter.
  func read(_ take: ([Float]) -> Void) {
    while let data = try? handle.read(upToCount: bytes), !data.isEmpty {
      take(PCM16.samples(data))
    }
  }
}
