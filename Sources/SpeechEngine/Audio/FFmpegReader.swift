import Dispatch
public import Foundation

/// Reads anything that ffmpeg can decode, through an ffmpeg child process where one is installed.
public struct FFmpegReader: Sendable {
  private let program: URL
  /// Recordings only: no playlists and other formats that name further files.
  private static let formats =
    "aac,ac3,aiff,amr,asf,au,avi,caf,flac,gsm,matroska,webm,mov,mp4,m4a,3gp,mp3,mpeg,mpegts,ogg,wav,w64,wv"
  /// Seconds that ffmpeg may take; a file that keeps it longer is no recording.
  private static let timeLimit = 600.0

  /// The first `ffmpeg` on the search path, nil where there is none.
  public static func executable() -> URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":")
      .map { URL(filePath: String($0)).appending(path: "ffmpeg") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  init?() {
    guard let program = Self.executable() else { return nil }
    self.program = program
  }

  /// 16 kHz, one channel. ffmpeg opens the one file and no network; its output is read up to `maximumSeconds`.
  func read(_ url: URL, maximumSeconds: Double) throws(AudioError) -> [Float] {
    let process = Process()
    process.executableURL = program
    process.arguments = [
      "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-format_whitelist", Self.formats, "-i",
      "file:" + url.path, "-vn", "-f", "s16le",
      "-ac",
      "1", "-ar", String(AudioClip.sampleRate), "pipe:1",
    ]
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardOutput = output
    do { try process.run() } catch { throw .unreadable(url, reason: "ffmpeg did not start") }
    let watchdog = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.timeLimit, execute: watchdog)
    defer { watchdog.cancel() }
    let limit = Int(min(maximumSeconds, 1e6) * Double(AudioClip.sampleRate)) * 2
    let bytes = Self.drain(output.fileHandleForReading, limit: limit)
    if bytes.count > limit { process.terminate() }
    process.waitUntilExit()
    if bytes.count > limit {
      throw .tooLong(url, seconds: Double(bytes.count / 2) / Double(AudioClip.sampleRate), limit: maximumSeconds)
    }
    guard process.terminationReason == .exit else { throw .unreadable(url, reason: "ffmpeg was stopped") }
    guard process.terminationStatus == 0, !bytes.isEmpty else { throw .notAudio(url) }
    return bytes.withUnsafeBytes { raw in
      (0..<raw.count / 2).map {
        Float(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self))) / 32768
      }
    }
  }

  /// All bytes until the end, or a little more than `limit`.
  private static func drain(_ handle: FileHandle, limit: Int) -> Data {
    var bytes = Data()
    while bytes.count <= limit, let chunk = try? handle.read(upToCount: 1 << 16), !chunk.isEmpty { bytes += chunk }
    return bytes
  }
}
