/// A recording without what holds no speech, and the way back to its own times.
struct SpeechOnly {
  /// What is decoded.
  let samples: any SampleSource
  /// Seconds of the whole recording.
  let duration: Double
  /// What was left out.
  let dropped: [SkippedSpan]
  /// nil when nothing was looked for.
  let timeline: SpeechTimeline?

  /// The whole recording.
  init(all source: any SampleSource) {
    samples = source
    duration = source.duration
    dropped = []
    timeline = nil
  }

  /// The speech in it, joined.
  /// - Parameter ranges: in samples, ascending.
  init(_ source: any SampleSource, speech ranges: [Range<Int>]) {
    let timeline = SpeechTimeline(ranges)
    samples = SampleRanges(source, ranges)
    duration = source.duration
    dropped = timeline.dropped(total: source.count)
    self.timeline = timeline
  }

  /// Seconds in the recording for seconds in the speech.
  func original(_ seconds: Double) -> Double {
    guard let timeline, !timeline.ranges.isEmpty else { return seconds }
    return timeline.originalTime(seconds)
  }

  func restore(_ segments: [Segment]) -> [Segment] {
    guard let timeline, !timeline.ranges.isEmpty else { return segments }
    return timeline.restore(segments)
  }

  func restore(_ spans: [SkippedSpan]) -> [SkippedSpan] {
    guard let timeline, !timeline.ranges.isEmpty else { return spans }
    return spans.map { span in
      SkippedSpan(
        start: timeline.originalTime(span.start), end: timeline.originalTime(span.end, isEnd: true),
        reason: span.reason)
    }
  }
}
