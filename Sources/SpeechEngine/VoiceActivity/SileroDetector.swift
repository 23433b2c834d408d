import Foundation

/// Silero VAD v6: magnitudes of four frames a window, four convolutions, an LSTM that remembers the windows before.
/// Numbers are faster-whisper's within float rounding, its two liberties with the network included: the window before
/// the first one counts as zeros, and so do the last 64 samples of the last window.
final class SileroDetector: SpeechDetector {
  private static let window = SpeechWindow.length
  private static let context = 64
  private static let hop = 128
  private static let frames = 4
  /// Windows that go through the network together, so that the weights are read from memory once for all of them.
  private static let batch = 32

  private let weights: SileroWeights
  private let compute: Compute
  private var filled = 0
  private var probabilities: [Float] = []

  private let sound = FloatBuffer(count: context + batch * window)
  private let mirrored = FloatBuffer(count: batch * SileroWeights.frame)
  private let spectrum = FloatBuffer(count: batch * 2 * SileroWeights.bins)
  // Rows of zeros stand for the convolutions' padding: before the frames, and in the first one after them too.
  private let magnitudes = FloatBuffer(count: batch * (frames + 2) * SileroWeights.bins)
  private let first = FloatBuffer(count: batch * (frames + 1) * 128)
  private let second = FloatBuffer(count: batch * 2 * 64)
  private let third = FloatBuffer(count: batch * 64)
  private let fourth = FloatBuffer(count: batch * SileroWeights.hidden)
  private let inputGates = FloatBuffer(count: batch * 4 * SileroWeights.hidden)
  private let gates = FloatBuffer(count: 4 * SileroWeights.hidden)
  private let state = FloatBuffer(count: SileroWeights.hidden)
  private let cell = FloatBuffer(count: SileroWeights.hidden)

  init(_ weights: SileroWeights, _ compute: Compute) {
    self.weights = weights
    self.compute = compute
  }

  func append(_ samples: UnsafeBufferPointer<Float>) {
    var rest = samples[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.batch * Self.window - filled)
      if let source = UnsafeBufferPointer(rebasing: part).baseAddress {
        (sound.base + Self.context + filled).update(from: source, count: part.count)
      }
      filled += part.count
      rest = rest.dropFirst(part.count)
      if filled == Self.batch * Self.window {
        judge(Self.batch)
        sound.base.update(from: sound.base + filled, count: Self.context)
        filled = 0
      }
    }
  }

  /// The scores of all windows that are full and were not taken yet. Those of one recording don't depend on when they are
  /// asked for.
  func takeScores() -> [Float] {
    let windows = filled / Self.window
    if windows > 0 {
      judge(windows)
      let done = windows * Self.window
      for index in 0..<Self.context + filled - done { sound.base[index] = sound.base[done + index] }
      filled -= done
    }
    defer { probabilities.removeAll(keepingCapacity: true) }
    return probabilities
  }

  func finish() -> [Float] {
    let windows = filled / Self.window + 1
    let end = Self.context + windows * Self.window
    let silent = min(Self.context + filled, end - Self.context)
    (sound.base + silent).update(repeating: 0, count: end - silent)
    judge(windows)
    return probabilities
  }

  private func judge(_ windows: Int) {
    measure(windows)
    convolve(windows)
    weights.inputGates.apply(
      windows, fourth.base, ldx: SileroWeights.hidden, into: inputGates.base, ldy: weights.inputGates.outputs, compute)
    for window in 0..<windows {
      step(inputGates.base + window * weights.inputGates.outputs)
      probabilities.append(probability())
    }
  }

  /// Magnitudes [windows, 1 + frames + 1, bins]. A frame lies `hop` samples behind the one before it; the last one needs
  /// 64 samples more than the window has and gets its end mirrored.
  private func measure(_ windows: Int) {
    let tail = Self.context + Self.window - (Self.frames - 1) * Self.hop
    for window in 0..<windows {
      let from = sound.base + window * Self.window + (Self.frames - 1) * Self.hop
      let to = mirrored.base + window * SileroWeights.frame
      to.update(from: from, count: tail)
      for index in tail..<SileroWeights.frame { to[index] = from[2 * (tail - 1) - index] }
    }
    for frame in 0..<Self.frames {
      if frame < Self.frames - 1 {
        weights.basis.apply(
          windows, sound.base + frame * Self.hop, ldx: Self.window, into: spectrum.base, ldy: 2 * SileroWeights.bins,
          compute)
      } else {
        weights.basis.apply(
          windows, mirrored.base, ldx: SileroWeights.frame, into: spectrum.base, ldy: 2 * SileroWeights.bins, compute)
      }
      for window in 0..<windows { writeMagnitudes(window, frame) }
    }
  }

  private func writeMagnitudes(_ window: Int, _ frame: Int) {
    let real = spectrum.base + window * 2 * SileroWeights.bins
    let imaginary = real + SileroWeights.bins
    let to = magnitudes.base + (window * (Self.frames + 2) + frame + 1) * SileroWeights.bins
    for bin in 0..<SileroWeights.bins {
      to[bin] = (real[bin] * real[bin] + imaginary[bin] * imaginary[bin]).squareRoot()
    }
  }

  /// [frames, 129] → [frames, 128] → [2, 64] → [1, 64] → [1, 128] a window.
  private func convolve(_ windows: Int) {
    let layers = weights.convolutions
    for frame in 0..<Self.frames {
      layers[0].apply(
        windows, magnitudes.base + frame * SileroWeights.bins, ldx: (Self.frames + 2) * SileroWeights.bins,
        into: first.base + (frame + 1) * 128, ldy: (Self.frames + 1) * 128, compute)
    }
    Self.rectify(first, windows * (Self.frames + 1) * 128)
    for frame in 0..<2 {
      layers[1].apply(
        windows, first.base + 2 * frame * 128, ldx: (Self.frames + 1) * 128, into: second.base + frame * 64,
        ldy: 2 * 64,
        compute)
    }
    Self.rectify(second, windows * 2 * 64)
    layers[2].apply(windows, second.base, ldx: 2 * 64, into: third.base, ldy: 64, compute)
    Self.rectify(third, windows * 64)
    layers[3].apply(windows, third.base, ldx: 64, into: fourth.base, ldy: 128, compute)
    Self.rectify(fourth, windows * 128)
  }

  private static func rectify(_ buffer: FloatBuffer, _ count: Int) {
    for index in 0..<count { buffer.base[index] = rectified(buffer.base[index]) }
  }

  /// Unlike `max(0, x)` it passes on what is not a number.
  private static func rectified(_ x: Float) -> Float { x < 0 ? 0 : x }

  /// One step of the LSTM: gates input, output, forget, cell.
  private func step(_ input: UnsafePointer<Float>) {
    let width = SileroWeights.hidden
    weights.stateGates.apply(1, state.base, ldx: width, into: gates.base, ldy: 4 * width, adding: input, compute)
    for index in 0..<width {
      let remembered = Self.sigmoid(gates.base[2 * width + index]) * cell.base[index]
      cell.base[index] = remembered + Self.sigmoid(gates.base[index]) * tanh(gates.base[3 * width + index])
      state.base[index] = Self.sigmoid(gates.base[width + index]) * tanh(cell.base[index])
    }
  }

  /// What can't be judged (samples that are no numbers) counts as speech, and what follows is judged afresh.
  private func probability() -> Float {
    var sum = weights.outputBias
    for index in 0..<SileroWeights.hidden { sum += weights.output[index] * Self.rectified(state.base[index]) }
    if sum.isFinite { return Self.sigmoid(sum) }
    state.base.update(repeating: 0, count: SileroWeights.hidden)
    cell.base.update(repeating: 0, count: SileroWeights.hidden)
    return 1
  }

  private static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
}
