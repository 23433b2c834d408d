import Foundation
import SpeechEngine
import Testing

@Suite("Times restored")
struct SpeechTimelineTests {
  struct Golden: Decodable {
    struct Map: Decodable {
      let ranges: [[Int]]
      /// Time, stretch, stretch as an end, original time, as an end, in stretch 0.
      let times: [[Double]]
      let segments: [[Double]]
      let words: [Words]
      var timeline: SpeechTimeline { SpeechTimeline(ranges.map { $0[0]..<$0[1] }) }
    }
    struct Words: Decodable {
      let start: Double
      let end: Double
      var words: [[Double]] = []

      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        start = try list.decode(Double.self)
        end = try list.decode(Double.self)
        while !list.isAtEnd { words.append(try list.decode([Double].self)) }
      }
    }
    let maps: [Map]
  }
  let maps: [Golden.Map]

  init() throws { maps = try Goldens.json(Golden.self, "vad-times.json").maps }

  func segment(_ start: Double, _ end: Double, _ words: [Word]? = nil) -> Segment {
    Segment(
      id: 1, seek: 0, start: start, end: end, text: "", tokens: [], temperature: 0, avgLogprob: 0, compressionRatio: 0,
      noSpeechProb: 0, words: words)
  }

  @Test("to the last bit as faster-whisper maps them") func times() {
    #expect(maps.count > 10)
    for map in maps {
      for time in map.times {
        let found = [
          time[0], Double(map.timeline.chunkIndex(at: time[0])),
          Double(map.timeline.chunkIndex(at: time[0], isEnd: true)), map.timeline.originalTime(time[0]),
          map.timeline.originalTime(time[0], isEnd: true), map.timeline.originalTime(time[0], chunkIndex: 0),
        ]
        #expect(found == time, "\(map.ranges); \(Goldens.regenerate)")
      }
    }
  }

  @Test("of segments and words are faster-whisper's") func segments() {
    for map in maps {
      let times = map.times.map { $0[0] }
      let pairs = zip(times, times.dropFirst() + [(times.last ?? 0) + 1])
      let plain = map.timeline.restore(pairs.map { segment($0, $1) })
      #expect(plain.map { [$0.start, $0.end] } == map.segments)
      let words = pairs.map { Word(start: $0, end: $1, word: "", probability: 0) }
      let worded = words.indices.map { segment(0, 0, Array(words[$0..<min($0 + 2, words.count)])) }
      for (found, golden) in zip(map.timeline.restore(worded), map.words) {
        #expect([found.start, found.end] == [golden.start, golden.end])
        #expect(found.words?.map { [$0.start, $0.end] } == golden.words)
      }
      #expect(worded.count == map.words.count)
    }
  }

  @Test("a segment whose list of words is empty keeps its own times") func noWords() {
    let timeline = SpeechTimeline([16_000..<32_000, 48_000..<64_000])
    let found = timeline.restore([segment(0.5, 1, [])])[0]
    #expect(found.start == 1.5 && found.end == 2 && found.words?.isEmpty == true)
  }

  @Test("what was cut out is named, to the recording's end") func dropped() {
    let timeline = SpeechTimeline([16_000..<32_000, 32_000..<40_000, 48_000..<64_000])
    #expect(timeline.duration == 2.5)
    #expect(
      timeline.dropped(total: 80_000) == [
        SkippedSpan(start: 0, end: 1, reason: .voiceActivity), SkippedSpan(start: 2.5, end: 3, reason: .voiceActivity),
        SkippedSpan(start: 4, end: 5, reason: .voiceActivity),
      ])
    #expect(SpeechTimeline([0..<64_000]).dropped(total: 64_000).isEmpty)
    #expect(SpeechTimeline([]).dropped(total: 16_000) == [SkippedSpan(start: 0, end: 1, reason: .voiceActivity)])
  }

  @Test("no speech, no numbers and stretches that are not there do not crash") func hostile() {
    let empty = SpeechTimeline([])
    #expect(empty.originalTime(1.234) == 1.23 && empty.chunkIndex(at: 5) == 0)
    let timeline = SpeechTimeline([16_000..<32_000])
    for time in [Double.nan, .infinity, -.infinity, 1e300, -5] {
      #expect(timeline.chunkIndex(at: time) == 0)
      #expect(timeline.chunkIndex(at: time, isEnd: true) == 0)
      _ = timeline.originalTime(time)
    }
    #expect(timeline.originalTime(1, chunkIndex: 7) == 1 && timeline.originalTime(1, chunkIndex: -1) == 1)
  }

  @Test("rounding is Python's: by the exact value, ties to even") func rounding() {
    let python: [(Double, Double)] = [
      (2.675, 2.67), (1.005, 1), (0.125, 0.12), (0.375, 0.38), (-0.125, -0.12), (1.115, 1.11), (0.285, 0.28),
      (12345.675, 12345.67), (1e15, 1e15), (5.015, 5.01), (-2.675, -2.67),
    ]
    for (value, rounded) in python { #expect(SpeechTimeline.hundredths(value) == rounded, "\(value)") }
  }
}
