import Endpoints
import Foundation
package import SpeechEngine

/// What of a recording is sent: the file itself where servers take it, else WAV of 16 kHz, cut where it is quiet when one
/// upload can't hold it.
struct RemoteSound: Sendable {
  struct Piece: Sendable {
    /// Seconds into the recording.
    let start: Double
    let seconds: Double
    let file: UploadFile
  }

  let pieces: [Piece]
  /// Seconds of sound.
  let duration: Double
  let missingBytes: Int

  /// Extensions that OpenAI's API documents.
  private static let taken: Set<String> = ["flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"]
  private static let headBytes = 44

  /// - Parameter limit: most bytes of one upload.
  /// - Throws: `AudioError`.
  init(_ url: URL, _ audio: AudioFile, limit: Int) throws(AudioError) {
    duration = audio.duration
    missingBytes = audio.missingBytes
    let stored = try OpenFile(url)
    let suffix = url.pathExtension.lowercased()
    if stored.size <= limit, missingBytes == 0, Self.taken.contains(suffix) {
      let file = UploadFile(name: "audio." + suffix, byteCount: stored.size) { offset, count in
        let bytes = try stored.bytes(at: offset, upTo: count)
        guard bytes.count == count else { throw AudioError.unreadable(url, reason: "it became shorter") }
        return Data(bytes)
      }
      pieces = [Piece(start: 0, seconds: audio.duration, file: file)]
    } else {
      let most = max(AudioClip.sampleRate, (min(limit, 1 << 31) - Self.headBytes) / 2)
      pieces = try QuietCuts.ranges(of: audio, most: most).map { Self.piece(audio, $0) }
    }
  }

  private static func piece(_ audio: AudioFile, _ range: Range<Int>) -> Piece {
    let head = PCM16.wavHead(count: range.count)
    let file = UploadFile(name: "audio.wav", byteCount: headBytes + range.count * 2) { offset, count in
      let wanted = offset..<offset + count
      // Whole samples around the bytes that are wanted.
      let samples = max(0, wanted.lowerBound - headBytes) / 2..<max(0, wanted.upperBound - headBytes + 1) / 2
      let sound = PCM16.bytes(
        try audio.samples(samples.lowerBound + range.lowerBound..<samples.upperBound + range.lowerBound))
      let bytes = head[min(wanted.lowerBound, headBytes)..<min(wanted.upperBound, headBytes)]
      let skipped = max(0, wanted.lowerBound - headBytes) - samples.lowerBound * 2
      return bytes + sound.dropFirst(skipped).prefix(count - bytes.count)
    }
    let rate = Double(AudioClip.sampleRate)
    return Piece(start: Double(range.lowerBound) / rate, seconds: Double(range.count) / rate, file: file)
  }
}

/// Cuts a long recording where nobody speaks.
package enum QuietCuts {
  /// A cut is looked for in so many samples before a piece is full: 30 s.
  private static let search = 30 * AudioClip.sampleRate
  /// Sound is quiet where it is quiet for 0.3 s.
  private static let pause = 3 * AudioClip.sampleRate / 10
  private static let step = AudioClip.sampleRate / 50

  /// - Parameter most: samples of a piece.
  package static func ranges(of source: some SampleSource, most: Int) throws(AudioError) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while source.count - start > most {
      let end = try quietest(in: start + most - min(search, most / 2)..<start + most, of: source)
      ranges.append(start..<end)
      start = end
    }
    ranges.append(start..<source.count)
    return ranges
  }

  /// The middle of the quietest pause.
  private static func quietest(in range: Range<Int>, of source: some SampleSource) throws(AudioError) -> Int {
    let samples = try source.samples(range)
    let powers = stride(from: 0, to: samples.count, by: step).map { at in
      samples[at..<min(at + step, samples.count)].reduce(Float(0)) { $0 + $1 * $1 }
    }
    let wide = max(1, pause / step)
    guard powers.count > wide else { return range.upperBound }
    var best = (place: 0, power: Float.infinity)
    for place in 0...(powers.count - wide) {
      let power = powers[place..<place + wide].reduce(0, +)
      // The later one of two that are as quiet: pieces are few.
      if power <= best.power { best = (place, power) }
    }
    return range.lowerBound + (best.place + wide / 2) * step
  }
}
