/// A recording that can be read anywhere: one channel, 16 kHz, floats within about -1...1.
///
/// Memory need not grow with its length: what is read is what the reader's buffer holds. Safe to read from several threads
/// at once.
public protocol SampleSource: Sendable {
  /// Samples at 16 kHz.
  var count: Int { get }

  /// Fills the start of `buffer` with the samples of `range`.
  /// - Parameters:
  ///   - range: within 0..<count.
  ///   - buffer: room for `range.count` floats or more.
  /// - Throws: what a file does that changes while it is read.
  func read(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws(AudioError)
}

extension SampleSource {
  /// Seconds of sound.
  public var duration: Double { Double(count) / Double(AudioClip.sampleRate) }

  /// A copy of some samples, or all of them.
  /// - Parameter range: within 0..<count; nil: everything.
  public func samples(_ range: Range<Int>? = nil) throws(AudioError) -> [Float] {
    let range = range ?? 0..<count
    var copy = [Float](repeating: 0, count: range.count)
    try copy.withUnsafeMutableBufferPointer { (buffer: inout UnsafeMutableBufferPointer<Float>) throws(AudioError) in
      try read(range, into: buffer)
    }
    return copy
  }
}

extension AudioClip: SampleSource {
  public var count: Int { samples.count }

  public func read(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    precondition(range.count <= buffer.count, "the buffer holds the range")
    _ = buffer.update(fromContentsOf: samples[range])
  }
}

/// Some ranges of another recording, one behind the other: what voice activity detection leaves of it.
package struct SampleRanges: SampleSource {
  package let count: Int
  private let source: any SampleSource
  private let ranges: [Range<Int>]
  private let starts: [Int]  // where each range begins here

  /// - Parameter ranges: in samples of `source`, in the order in which they are to be heard; parts outside are left out.
  package init(_ source: any SampleSource, _ ranges: [Range<Int>]) {
    self.source = source
    self.ranges = ranges.map { $0.clamped(to: 0..<source.count) }.filter { !$0.isEmpty }
    var total = 0
    starts = self.ranges.map { range in
      defer { total += range.count }
      return total
    }
    count = total
  }

  package func read(_ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) throws(AudioError) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count && range.count <= buffer.count)
    var at = range.lowerBound
    var index = lastStart(notAfter: at)
    while at < range.upperBound {
      let first = ranges[index].lowerBound + at - starts[index]
      let step = min(range.upperBound - at, ranges[index].upperBound - first)
      let target = UnsafeMutableBufferPointer(rebasing: buffer[(at - range.lowerBound)...])
      try source.read(first..<first + step, into: target)
      at += step
      index += 1
    }
  }

  private func lastStart(notAfter sample: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= sample { low = middle } else { high = middle }
    }
    return low
  }
}
