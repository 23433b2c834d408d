import Endpoints
import Foundation
import SpeechEngine
import Testing
import Transcription

@Suite("How a speech server stands") struct ServerStandingTests {
  private let start = ContinuousClock.now
  private let limits = RemoteLimits()

  @Test("a server that fails is left out for longer each time, then shows first that it is back") func backoff() {
    var standing = ServerStanding()
    #expect(standing.isUsable(at: start))
    var pauses: [Duration] = []
    for _ in 1...8 {
      standing.failed(.failed(status: 500), at: start, limits)
      pauses.append((standing.outUntil ?? start) - start)
    }
    #expect(pauses.map { $0 / .seconds(1) } == [1, 2, 4, 8, 16, 32, 60, 60])
    let later = start + .seconds(60)
    #expect(!standing.isUsable(at: later) && standing.isDueForProbe(at: later))
    standing.recovered()
    #expect(standing.isUsable(at: start) && standing.trouble == nil)
    standing.failed(.failed(status: 500), at: start, limits)
    #expect(standing.outUntil == start + .seconds(1))
  }

  @Test("Retry-After is kept to, within an hour, and no probe is needed after it") func retryAfter() {
    for (asked, kept) in [(7.0, 7.0), (0, 1), (1e9, 3_600)] {
      var standing = ServerStanding()
      standing.failed(.busy(status: 429, seconds: asked), at: start, limits)
      #expect(standing.outUntil == start + .seconds(kept))
      #expect(!standing.isUsable(at: start) && standing.isUsable(at: start + .seconds(kept)))
      #expect(!standing.isDueForProbe(at: start + .seconds(kept)))
    }
  }

  @Test("a refused key is not tried again every second, and a refused recording says nothing of the server")
  func kinds() {
    var standing = ServerStanding()
    standing.failed(.keyRefused(status: 401), at: start, limits)
    #expect(standing.outUntil == start + .seconds(60))
    var other = ServerStanding()
    other.failed(.refused(status: 400, said: ""), at: start, limits)
    #expect(other.isUsable(at: start) && other.trouble == nil)
    other.failed(.refused(status: 404, said: ""), at: start, limits)
    #expect(!other.isUsable(at: start))
  }

  @Test("the same trouble is news once") func news() {
    var standing = ServerStanding()
    let errors: [SpeechError] = [.noAnswer(reason: "a"), .noAnswer(reason: "b"), .failed(status: 500)]
    var news: [Bool] = []
    for error in errors { news.append(standing.failed(error, at: start, limits)) }
    #expect(news == [true, false, true])
  }

  @Test("what is usual is what nineteen of twenty answers kept to, by the sound's length") func pace() throws {
    var pace = ServerPace()
    for second in 1...7 { pace.add(Double(second), sound: 5) }
    #expect(pace.usual(sound: 5) == nil)
    for second in 8...20 { pace.add(Double(second), sound: 5) }
    #expect(try #require(pace.usual(sound: 5)) == 19)
    #expect(try #require(pace.usual(sound: 15)) == 38)
    for _ in 0..<64 { pace.add(1, sound: 5) }
    #expect(pace.usual(sound: 5) == 1)
  }

  @Test("a long recording is cut where it is quiet, and nothing of it is lost") func cuts() throws {
    let rate = AudioClip.sampleRate
    var samples = (0..<130 * rate).map { 0.3 * sin(Float($0) * 0.07) }
    for second in [50, 95] {
      for index in second * rate..<(second * rate + rate / 2) { samples[index] = 0 }
    }
    let ranges = try QuietCuts.ranges(of: AudioClip(samples: samples), most: 60 * rate)
    #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == samples.count)
    for (one, next) in zip(ranges, ranges.dropFirst()) {
      #expect(one.upperBound == next.lowerBound && one.count <= 60 * rate)
    }
    let cuts = ranges.dropLast().map { Double($0.upperBound) / Double(rate) }
    #expect(cuts.count == 2 && (50...50.5).contains(cuts[0]) && (95...95.5).contains(cuts[1]), "\(cuts)")
    #expect(try QuietCuts.ranges(of: AudioClip(samples: [0]), most: 60 * rate) == [0..<1])
  }
}
