/// Stretches of speech that are decoded together, as faster-whisper's `collect_chunks` joins them. Two of its faults are
/// not copied: the stretch that opens a group is missing from that group's `segments`, and a first stretch longer than
/// the limit is preceded by an empty group.
public struct SpeechChunk: Sendable, Equatable {
  /// Samples of the recording, ascending.
  public let segments: [Range<Int>]
  /// Seconds of speech in the groups before this one.
  public let offset: Double
  /// Seconds of speech in this group.
  public let duration: Double

  /// - Parameters:
  ///   - ranges: speech in samples, ascending and disjoint.
  ///   - maxDuration: seconds that a group may hold; a longer stretch has a group of its own. Default: one group for all.
  /// - Returns: no group where there is no speech.
  public static func collect(_ ranges: [Range<Int>], maxDuration: Double = .infinity) -> [SpeechChunk] {
    let limit = maxDuration * Double(AudioClip.sampleRate)
    var chunks: [SpeechChunk] = []
    var (group, samples, before): ([Range<Int>], Int, Int) = ([], 0, 0)
    func close() {
      if group.isEmpty { return }
      let rate = Double(AudioClip.sampleRate)
      chunks.append(SpeechChunk(segments: group, offset: Double(before) / rate, duration: Double(samples) / rate))
      before += samples
      (group, samples) = ([], 0)
    }
    for range in ranges {
      if Double(samples + range.count) > limit { close() }
      group.append(range)
      samples += range.count
    }
    close()
    return chunks
  }
}
