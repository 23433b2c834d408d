public import Foundation

/// Why a recording can't be used: facts only. `message` words them for people, each with a remedy.
public enum AudioError: Error, Equatable {
  case notFound(URL)
  case isFolder(URL)
  case unreadable(URL, reason: String)
  case empty(URL)
  /// The first bytes are not those of a RIFF/WAVE file.
  case notWAV(URL)
  /// ffmpeg found no sound in it either.
  case notAudio(URL)
  /// The header announces more bytes than the file holds.
  case truncated(URL, missingBytes: Int)
  case noFormatChunk(URL)
  case unsupportedFormat(URL, tag: Int, bits: Int, channels: Int, rate: Int)
  case noSamples(URL)
  /// NaN, infinite or absurdly large values, counted over the whole file.
  case notFinite(URL, count: Int)
  case tooLong(URL, seconds: Double, limit: Double)
  /// Channels count from 1.
  case noSuchChannel(URL, channel: Int, channels: Int)
  /// What ffmpeg decodes could not be put down in `folder`.
  case spoolFailed(URL, folder: URL, reason: String)
  /// The caller gave up while ffmpeg worked.
  case cancelled(URL)
}

extension AudioError {
  /// Not for the WAV reader, but perhaps for ffmpeg.
  var isForeignFormat: Bool {
    switch self {
    case .notWAV, .unsupportedFormat, .noFormatChunk: true
    default: false
    }
  }

  /// Another try, later or on another machine, would find the same.
  public var isPermanent: Bool {
    switch self {
    case .empty, .truncated, .noFormatChunk, .unsupportedFormat, .noSamples, .notFinite, .tooLong, .notAudio, .isFolder,
      .noSuchChannel:
      true
    case .notFound, .unreadable, .notWAV, .spoolFailed, .cancelled: false
    }
  }

  /// One line: what is wrong, with which file, and what to do.
  public var message: String {
    switch self {
    case .notFound(let url): "\(url.path): no such file. Check the path."
    case .isFolder(let url): "\(url.path): this is a folder. Name the recordings in it, for example \(url.path)/*.wav."
    case .unreadable(let url, let reason):
      "\(url.path): can't be read (\(reason)). Check what it is and its permissions."
    case .empty(let url): "\(url.path): the file is empty. Record again, or copy it again from the recorder."
    case .notWAV(let url):
      "\(url.path): not a WAV file. Install ffmpeg, which reads other formats, or convert it to WAV."
    case .notAudio(let url): "\(url.path): no recording that ffmpeg can read, whatever its name says. Export it as WAV."
    case .truncated(let url, let missing):
      "\(url.path): truncated, \(missing) bytes are missing. Copy it again, or use what is there with --allow-truncated."
    case .noFormatChunk(let url):
      "\(url.path): a WAV file without a usable format header. Convert it: ffmpeg -i INPUT -ar 16000 -ac 1 OUTPUT.wav"
    case .unsupportedFormat(let url, let tag, let bits, let channels, let rate):
      "\(url.path): WAV format \(tag) with \(bits) bits, \(channels) channels, \(rate) Hz is not supported. "
        + "Convert it: ffmpeg -i INPUT -ar 16000 -ac 1 -c:a pcm_s16le OUTPUT.wav"
    case .noSamples(let url): "\(url.path): holds no samples. Record again, or copy it again from the recorder."
    case .notFinite(let url, let count):
      "\(url.path): \(count) samples are not numbers or out of all range. Export it again as 16-bit PCM."
    case .tooLong(let url, let seconds, let limit):
      "\(url.path): \(Int(seconds)) s long, the limit is \(Int(limit)) s. Cut it into parts."
    case .noSuchChannel(let url, let channel, let channels):
      "\(url.path): there is no channel \(channel), it has \(channels). Name one from 1 to \(channels), or none to mix them."
    case .spoolFailed(let url, let folder, let reason):
      "\(url.path): can't be decoded into \(folder.path) (\(reason)). Free 115 MB for each hour there, or set TMPDIR."
    case .cancelled(let url): "\(url.path): reading it was cancelled. Start it again."
    }
  }
}
