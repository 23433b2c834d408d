/// A part of a recording that is decoded on its own.
struct SoundChunk {
  let samples: any SampleSource
  /// Where it starts in what is decoded, in seconds.
  let offset: Double
  var duration: Double { samples.duration }
  /// First frame, in hundredths of a second.
  var seek: Int { Int(offset * WindowLoop.framesPerSecond) }
  /// Frames that words are looked for in: whole seconds, as faster-whisper counts here.
  var alignedFrames: Int { Int(duration.rounded(.up) * WindowLoop.framesPerSecond) }

  /// Chunks for given clips, in seconds.
  static func clips(_ times: [Double], of source: any SampleSource, longest: Double) -> [SoundChunk] {
    var points = times.map { Int(max(0, min($0, 1e7)) * Double(AudioClip.sampleRate)) }
    if points.count % 2 == 1 { points.append(source.count) }
    return stride(from: 0, to: points.count, by: 2).flatMap { index -> [SoundChunk] in
      let end = min(points[index + 1], source.count)
      guard points[index] < end else { return [] }
      return pieces(of: points[index]..<end, source, longest: longest).map { piece in
        SoundChunk(
          samples: SampleRanges(source, [piece]),
          offset: Double(piece.lowerBound) / Double(AudioClip.sampleRate))
      }
    }
  }

  /// Chunks of speech, joined as far as they fit into a window.
  static func speech(_ ranges: [Range<Int>], of source: any SampleSource, longest: Double) -> [SoundChunk] {
    // Padding may make a stretch longer than a window.
    let short = ranges.flatMap { pieces(of: $0, source, longest: longest) }
    return SpeechChunk.collect(short, maxDuration: longest).map { chunk in
      SoundChunk(samples: SampleRanges(source, chunk.segments), offset: chunk.offset)
    }
  }

  /// A stretch cut where it is quietest, so that no chunk is longer than a window and none begins within a word.
  private static func pieces(of range: Range<Int>, _ source: any SampleSource, longest: Double) -> [Range<Int>] {
    let limit = Int(longest * Double(AudioClip.sampleRate))
    var pieces: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      var end = range.upperBound
      if end - start > limit { end = QuietPlace.find(in: start + limit * 2 / 3..<start + limit, of: source) }
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }
}

/// Where a recording is cut when it must be cut.
enum QuietPlace {
  private static let step = AudioClip.sampleRate / 10

  /// The middle of the quietest tenth of a second; the end where nothing can be read.
  static func find(in range: Range<Int>, of source: any SampleSource) -> Int {
    guard range.count > step, let samples = try? source.samples(range) else { return range.upperBound }
    let starts = stride(from: 0, through: samples.count - step, by: step)
    let quietest = starts.min { energy(samples[$0..<$0 + step]) < energy(samples[$1..<$1 + step]) } ?? 0
    return range.lowerBound + quietest + step / 2
  }

  private static func energy(_ samples: ArraySlice<Float>) -> Float { samples.reduce(0) { $0 + $1 * $1 } }
}

/// The features of several chunks one behind the other, as faster-whisper joins them to detect the language.
struct JoinedFeatures {
  private(set) var frames = 0
  private let bands: Int
  private var columns: [Float] = []  // [frames, bands]
  /// What faster-whisper puts behind the last chunk, so that there is something to listen to.
  private static let silence: Float = -1.5

  /// - Parameter limit: frames that are wanted; later ones are left out.
  init(of chunks: [SoundChunk], bands: Int, limit: Int, _ compute: Compute) throws {
    self.bands = bands
    for chunk in chunks where frames < limit {
      append(try FeatureStream.chunk(chunk.samples, bands: bands, compute: compute), upTo: limit - frames)
    }
    if frames < limit {
      columns += Array(repeating: Self.silence, count: bands)
      frames += 1
    }
  }

  private mutating func append(_ part: MelSpectrogram, upTo limit: Int) {
    let count = min(part.frames, limit)
    for frame in 0..<count {
      for band in 0..<bands { columns.append(part.values[band * part.frames + frame]) }
    }
    frames += count
  }

  func window(from start: Int, count: Int) -> MelSpectrogram {
    var values = [Float](repeating: 0, count: bands * count)
    for frame in 0..<count {
      for band in 0..<bands { values[band * count + frame] = columns[(start + frame) * bands + band] }
    }
    return MelSpectrogram(bands: bands, frames: count, values: values)
  }
}
