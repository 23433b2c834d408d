public import Foundation

/// A recording ready for the engine: one channel, 16 kHz, floats within about -1...1.
public struct AudioClip: Sendable {
  public static let sampleRate = 16_000
  public let samples: [Float]
  /// Seconds of sound.
  public var duration: Double { Double(samples.count) / Double(Self.sampleRate) }

  /// Bytes that the file's header promises and the file lacks.
  public let missingBytes: Int

  public init(samples: [Float]) {
    self.samples = samples
    missingBytes = 0
  }

  /// Reads a WAV file of any rate and channel count, and other formats through ffmpeg where it is installed.
  /// - Parameters:
  ///   - allowTruncated: use what is there when the header promises more.
  ///   - maximumSeconds: longer recordings throw `AudioError.tooLong`; default four hours.
  public init(
    contentsOf url: URL, allowTruncated: Bool = false, maximumSeconds: Double = 4 * 3600
  ) throws(AudioError) {
    do throws(AudioError) {
      let reader = WAVReader(allowTruncated: allowTruncated, maximumSeconds: maximumSeconds)
      let wav = try reader.read(try Self.bytes(of: url), from: url)
      samples = Resampler(from: wav.sampleRate, to: Self.sampleRate).resample(wav.samples)
      missingBytes = wav.missingBytes
    } catch {
      guard error.isForeignFormat, let ffmpeg = FFmpegReader() else { throw error }
      samples = try ffmpeg.read(url, maximumSeconds: maximumSeconds)
      missingBytes = 0
    }
  }

  /// No WAV file is larger: its sizes have 32 bits.
  private static let maximumBytes = 1 << 32

  private static func bytes(of url: URL) throws(AudioError) -> Data {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path) else {
      throw .notFound(url)
    }
    let type = attributes[.type] as? FileAttributeType
    if type == .typeDirectory { throw .isFolder(url) }
    guard type == .typeRegular else { throw .unreadable(url, reason: "a device or pipe, not a file") }
    guard let size = attributes[.size] as? UInt64, size < maximumBytes else {
      throw .unreadable(url, reason: "larger than \(maximumBytes) bytes")
    }
    do {
      return try Data(contentsOf: url)
    } catch {
      throw .unreadable(url, reason: (error as NSError).localizedDescription)
    }
  }
}
