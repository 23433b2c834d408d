public import Foundation

/// A recording in a file, read in pieces: memory stays the same however long it is.
///
/// WAV is read where it lies. Other formats are decoded once by ffmpeg into an unlinked file of 32 kB a second in the
/// system's folder for temporary files, and read from there. Both stay readable when the recording is deleted meanwhile.
public struct AudioFile: SampleSource {
  public let count: Int
  /// Channels of the recording, before they are mixed.
  public let channels: Int
  /// Bytes that the file's header promises and the file lacks.
  public let missingBytes: Int
  private let file: OpenFile
  private let format: PCMFormat
  private let data: Range<Int>
  private let channel: Int?  // 0 for the first, nil for the mix
  private let resampler: Resampler

  /// Opens a WAV file of any rate and channel count, and other formats through ffmpeg where it is installed. Checks all
  /// samples that can be out of range, so that `read` fails only where the file changes later.
  /// - Parameters:
  ///   - allowTruncated: use what is there when the header promises more.
  ///   - maximumSeconds: longer recordings throw `AudioError.tooLong`; default four hours.
  ///   - channel: the one channel to use, 1 for the first (left); nil: the mean of all.
  ///   - ffmpeg: reads what is not WAV; nil: nothing does.
  public init(
    contentsOf url: URL, allowTruncated: Bool = false, maximumSeconds: Double = 4 * 3600, channel: Int? = nil,
    ffmpeg: FFmpegReader? = FFmpegReader()
  ) throws(AudioError) {
    do throws(AudioError) {
      try self.init(wav: OpenFile(url), allowTruncated: allowTruncated, channel: channel)
    } catch {
      guard error.isForeignFormat, let ffmpeg else { throw error }
      let decoded = try ffmpeg.decode(url, maximumSeconds: maximumSeconds, channel: channel)
      self.init(
        decoded.samples, FFmpegReader.format, 0..<decoded.samples.size, channel: nil, channels: decoded.channels,
        missingBytes: 0)
    }
    try check(maximumSeconds: maximumSeconds)
  }

  /// A WAV file that is open already.
  init(
    wav file: OpenFile, allowTruncated: Bool, maximumSeconds: Double, channel: Int? = nil
  ) throws(AudioError) {
    try self.init(wav: file, allowTruncated: allowTruncated, channel: channel)
    try check(maximumSeconds: maximumSeconds)
  }

  private init(wav file: OpenFile, allowTruncated: Bool, channel: Int?) throws(AudioError) {
    let header = try WAVHeader(of: file, allowTruncated: allowTruncated)
    if let channel, !(1...header.format.channels).contains(channel) {
      throw .noSuchChannel(file.url, channel: channel, channels: header.format.channels)
    }
    self.init(
      file, header.format, header.data, channel: channel.map { $0 - 1 }, channels: header.format.channels,
      missingBytes: header.missingBytes)
  }

  private init(
    _ file: OpenFile, _ format: PCMFormat, _ data: Range<Int>, channel: Int?, channels: Int, missingBytes: Int
  ) {
    self.file = file
    self.format = format
    self.data = data
    self.channel = channel
    self.channels = channels
    self.missingBytes = missingBytes
    resampler = Resampler(from: format.rate, to: AudioClip.sampleRate)
    count = resampler.outputCount(for: data.count / format.frameBytes)
  }

  /// Samples of one channel at the file's own rate.
  private var frames: Int { data.count / format.frameBytes }

  /// Most bytes of the file that are held at a time.
  private static let pieceBytes = 1 << 20
  private static let pieceSamples = 1 << 14

  private func check(maximumSeconds: Double) throws(AudioError) {
    guard frames > 0 else { throw .noSamples(file.url) }
    let seconds = Double(frames) / Double(format.rate)
    guard seconds <= maximumSeconds else { throw .tooLong(file.url, seconds: seconds, limit: maximumSeconds) }
    guard format.mayBeOutOfRange else { return }
    let piece = max(1, min(Self.pieceSamples, Self.pieceBytes / format.frameBytes))
    let buffer = PieceBuffer(frames: piece, format)
    var bad = 0
    for start in stride(from: 0, to: frames, by: piece) {
      let range = start..<min(start + piece, frames)
      try fill(range, buffer)
      bad += buffer.countOutOfRange(range.count)
    }
    guard bad == 0 else { throw .notFinite(file.url, count: bad) }
  }

  public func read(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws(AudioError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count && range.count <= buffer.count)
    guard let target = buffer.baseAddress, !range.isEmpty else { return }
    let piece = max(1, min(Self.pieceSamples, range.count, resampler.outputs(for: Self.pieceBytes / format.frameBytes)))
    let input = PieceBuffer(frames: resampler.mostInput(for: piece), format)
    for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
      let outputs = start..<min(start + piece, range.upperBound)
      let support = resampler.input(for: outputs)
      try fill(support, input)
      if format.mayBeOutOfRange {
        let bad = input.countOutOfRange(support.count)
        guard bad == 0 else { throw .notFinite(file.url, count: bad) }
      }
      resampler.resample(outputs, from: input.samples.base, into: target + (start - range.lowerBound))
    }
  }

  /// Samples at the file's own rate, zeros where `range` reaches beyond either end.
  private func fill(_ range: Range<Int>, _ buffer: PieceBuffer) throws(AudioError) {
    let inner = range.clamped(to: 0..<frames)
    let (before, behind) = (inner.lowerBound - range.lowerBound, range.upperBound - inner.upperBound)
    buffer.samples.base.update(repeating: 0, count: before)
    (buffer.samples.base + before + inner.count).update(repeating: 0, count: behind)
    let bytes = UnsafeMutableRawBufferPointer(start: buffer.raw.base, count: inner.count * format.frameBytes)
    try file.read(at: data.lowerBound + inner.lowerBound * format.frameBytes, into: bytes)
    format.decode(buffer.raw.base, inner.count, channel: channel, into: buffer.samples.base + before)
  }
}

/// One piece of a file: its bytes, and its samples in one channel.
private struct PieceBuffer {
  let raw: ByteBuffer
  let samples: FloatBuffer

  init(frames: Int, _ format: PCMFormat) {
    raw = ByteBuffer(count: frames * format.frameBytes)
    samples = FloatBuffer(count: frames)
  }

  func countOutOfRange(_ count: Int) -> Int {
    (0..<count).reduce(0) { abs(samples.base[$1]) <= PCMFormat.loudest ? $0 : $0 + 1 }
  }
}
