import SpeechEngine
import Testing

/// Timestamps are written as 100 + steps of 0.02 s, text as small numbers.
@Suite("Cutting a window into segments")
struct SegmentSeekerTests {
  let seeker = SegmentSeeker(timestampBegin: 100)

  @Test("no timestamps: one piece as long as the window") func plain() {
    let cut = seeker.cut([1, 2, 3], seek: 500, frames: 300)
    #expect(cut == .init(pieces: [.init(start: 5, end: 8, tokens: [1, 2, 3])], seek: 800))
  }

  @Test("one closing timestamp ends the piece, not the window") func closing() {
    let cut = seeker.cut([100, 1, 150], seek: 0, frames: 300)
    #expect(cut == .init(pieces: [.init(start: 0, end: 1, tokens: [100, 1, 150])], seek: 300))
  }

  @Test("text behind the last pair is decoded again from there") func unfinished() {
    let cut = seeker.cut([100, 1, 150, 150, 2], seek: 0, frames: 300)
    #expect(cut == .init(pieces: [.init(start: 0, end: 1, tokens: [100, 1, 150])], seek: 100))
  }

  @Test("a single timestamp at the end keeps the last piece and takes the whole window") func finished() {
    let cut = seeker.cut([100, 1, 150, 150, 2, 200], seek: 1000, frames: 250)
    #expect(cut.pieces.map(\.start) == [10, 11])
    #expect(cut.pieces.map(\.end) == [11, 12])
    #expect(cut.seek == 1250)
  }

  @Test("a piece that begins with text begins with its window") func textFirst() {
    let cut = seeker.cut([1, 150, 150, 2, 180, 180], seek: 0, frames: 300)
    #expect(cut.pieces.map(\.start) == [0, 1])
  }

  @Test("nothing decoded: the window is passed") func empty() {
    #expect(seeker.cut([], seek: 0, frames: 300).seek == 300)
  }
}
