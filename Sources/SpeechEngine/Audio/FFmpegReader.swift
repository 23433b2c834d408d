public import Foundation

/// Decodes what ffmpeg can, in an ffmpeg child process with bounds on its time and memory.
///
/// ffmpeg opens the one file, no other and no network; it is killed when it breaks a bound or the caller gives up, and its
/// output is read no further than the caller allows.
public struct FFmpegReader: Sendable {
  /// The ffmpeg program.
  public var program: URL
  /// Where decoded sound lies while it is in use, 32 kB a second. Default: the system's folder for temporary files.
  public var spoolFolder = FileManager.default.temporaryDirectory
  /// Seconds that ffmpeg may take; a file that keeps it longer is no recording. Default 600.
  public var timeLimit = 600.0
  /// Seconds that ffmpeg may go without giving any sound. Default 60.
  public var idleLimit = 60.0
  /// Asked several times a second; true ends the work with `AudioError.cancelled`. Default: the current task's state.
  public var isCancelled: @Sendable () -> Bool = { Task.isCancelled }

  /// What comes out of `decode`.
  static let format = PCMFormat(tag: PCMFormat.pcm, channels: 1, rate: AudioClip.sampleRate, bits: 16)
  /// Recordings only: no playlists and other formats that name further files.
  private static let formats =
    "aac,ac3,aiff,amr,asf,au,avi,caf,flac,gsm,matroska,webm,mov,mp4,m4a,3gp,mp3,mpeg,mpegts,ogg,wav,w64,wv"

  /// No format packs more into one frame.
  private static let mostFrameBytes = 64 << 20

  /// The first `ffmpeg` on the search path, nil where there is none.
  public static func executable() -> URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":")
      .map { URL(filePath: String($0)).appending(path: "ffmpeg") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Nil where no ffmpeg is installed.
  public init?() {
    guard let program = Self.executable() else { return nil }
    self.program = program
  }

  public init(program: URL) { self.program = program }

  /// 16 kHz, one channel, 16 bits, and how many channels the recording has. The first audio stream counts.
  /// - Parameter channel: 1 for the first; nil: the mix.
  func decode(
    _ url: URL, maximumSeconds: Double, channel: Int?
  ) throws(AudioError) -> (samples: OpenFile, channels: Int) {
    let channels = try channels(of: url)
    if let channel, !(1...channels).contains(channel) {
      throw .noSuchChannel(url, channel: channel, channels: channels)
    }
    let spool = try SpoolFile(in: spoolFolder, for: url)
    let limit = Int(max(0, min(maximumSeconds, 1e6)) * Double(AudioClip.sampleRate)) * Self.format.frameBytes
    let mix = channel.map { ["-af", "pan=mono|c0=c\($0 - 1)"] } ?? ["-ac", "1"]
    let output = mix + ["-ar", String(AudioClip.sampleRate), "-c:a", "pcm_s16le", "-f", "s16le"]
    try run(url, output) { (bytes: UnsafeRawBufferPointer) throws(AudioError) in
      try spool.append(bytes)
      guard spool.size <= limit else {
        throw .tooLong(url, seconds: Double(spool.size / 2) / Double(AudioClip.sampleRate), limit: maximumSeconds)
      }
    }
    guard spool.size >= Self.format.frameBytes else { throw .notAudio(url) }
    return (spool.finish(), channels)
  }

  /// From the header of a WAV file that holds the first moment of the recording.
  private func channels(of url: URL) throws(AudioError) -> Int {
    var header: [UInt8] = []
    var total = 0
    try run(url, ["-frames:a", "1", "-c:a", "pcm_s16le", "-f", "wav"]) { (bytes) throws(AudioError) in
      header += bytes.prefix(64 - min(64, header.count))
      total += bytes.count
      guard total <= Self.mostFrameBytes else { throw .notAudio(url) }
    }
    let fields = ByteFields(header)
    let channels = fields.integer(22, 2)
    guard fields.text(0) == "RIFF", fields.text(12) == "fmt ", channels > 0 else { throw .notAudio(url) }
    return channels
  }

  private func run(
    _ url: URL, _ output: [String], _ take: (UnsafeRawBufferPointer) throws(AudioError) -> Void
  ) throws(AudioError) {
    let input = [
      "-nostdin", "-v", "error", "-max_alloc", String(256 << 20), "-threads", "1", "-protocol_whitelist", "file,pipe",
      "-format_whitelist", Self.formats, "-i", "file:" + url.path, "-map", "0:a:0", "-threads", "1",
    ]
    let child = BoundedProcess(
      program: program, arguments: input + output + ["pipe:1"], timeLimit: timeLimit, idleLimit: idleLimit,
      isCancelled: isCancelled)
    switch try child.run(take) {
    case .finished(0): return
    case .finished: throw .notAudio(url)
    case .notStarted: throw .unreadable(url, reason: "\(program.path) did not start")
    case .killed: throw .unreadable(url, reason: "ffmpeg was stopped, or needed more memory than it may have")
    case .tookTooLong: throw .unreadable(url, reason: "ffmpeg took longer than it may")
    case .cancelled: throw .cancelled(url)
    }
  }
}
