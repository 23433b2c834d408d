import Domain
import Foundation
import SpeechEngine

/// Draws the shape of recordings, one at a time and off the threads that answer requests. What is not WAV is decoded by
/// ffmpeg within its bounds.
actor WaveMaker {
  private var last: Task<Void, Never>?

  /// - Throws: `AudioError`.
  func wave(of file: URL) async throws -> ClipWave {
    let before = last
    let work = Task {
      await before?.value
      return try await Self.onThread { try Self.draw(file) }
    }
    last = Task { _ = try? await work.value }
    return try await work.value
  }

  private static func onThread(_ body: @escaping @Sendable () throws -> ClipWave) async throws -> ClipWave {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }

  private static func draw(_ file: URL) throws -> ClipWave {
    let sound = try AudioFile(contentsOf: file, allowTruncated: true)
    let loud = try (0..<ClipWave.barCount).map { bar in
      let share = { (index: Int) in sound.count * index / ClipWave.barCount }
      return try loudness(sound, share(bar)..<share(bar + 1))
    }
    let loudest = max(loud.max() ?? 0, 1e-4)
    // Quiet passages stay visible beside loud ones.
    return ClipWave(
      seconds: sound.duration, bars: loud.map { UInt8((min(1, $0 / loudest).squareRoot() * 255).rounded()) })
  }

  /// The root of the mean square.
  private static func loudness(_ sound: AudioFile, _ range: Range<Int>) throws -> Double {
    let piece = 1 << 16
    var sum = 0.0
    for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
      let samples = try sound.samples(start..<min(start + piece, range.upperBound))
      sum += samples.reduce(0) { $0 + Double($1) * Double($1) }
    }
    return range.isEmpty ? 0 : (sum / Double(range.count)).squareRoot()
  }
}
