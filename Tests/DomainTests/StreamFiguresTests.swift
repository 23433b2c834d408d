import Domain
import Foundation
import Testing

@Suite("Figures of live words") struct StreamFiguresTests {
  private func session(firstPartial: Double?, lag: Double, dropouts: Int = 0) throws -> StreamFigures.Session {
    var figures = LiveFigures()
    (figures.firstPartialMilliseconds, figures.medianLag, figures.dropouts) = (firstPartial, lag, dropouts)
    return try JSONDecoder().decode(StreamFigures.Session.self, from: JSONEncoder().encode(figures))
  }

  @Test("are read from what a session's end tells: medians of those that had words, dropouts of all") func read() throws
  {
    let figures = try StreamFigures(sessions: [
      session(firstPartial: 600, lag: 1.2), session(firstPartial: nil, lag: 0, dropouts: 2),
      session(firstPartial: 700, lag: 1.6, dropouts: 1), session(firstPartial: 900, lag: 1.4),
    ])
    #expect(figures.firstPartialMilliseconds == 700)
    #expect(figures.lag == 1.4)
    #expect(figures.dropouts == 3)
    #expect(StreamFigures().lag == nil)
  }
}
