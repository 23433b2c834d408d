public import Foundation

/// A recording in memory, ready for the engine: one channel, 16 kHz, floats within about -1...1.
public struct AudioClip: Sendable {
  public static let sampleRate = 16_000
  public let samples: [Float]
  /// Bytes that the file's header promises and the file lacks.
  public let missingBytes: Int

  public init(samples: [Float]) {
    self.samples = samples
    missingBytes = 0
  }

  /// Reads a whole recording, 64 kB for each second; `AudioFile` reads in pieces instead.
  ///
  /// - Parameters: as for `AudioFile`.
  public init(
    contentsOf url: URL, allowTruncated: Bool = false, maximumSeconds: Double = 4 * 3600
  ) throws(AudioError) {
    let file = try AudioFile(contentsOf: url, allowTruncated: allowTruncated, maximumSeconds: maximumSeconds)
    samples = try file.samples()
    missingBytes = file.missingBytes
  }
}
