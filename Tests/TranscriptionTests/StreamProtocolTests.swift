import Foundation
import SpeechEngine
import Testing
import Transcription

@Suite("What goes between the stream worker and its parent")
struct StreamProtocolTests {
  let frames = [
    StreamFrame(.open, session: 7), StreamFrame(.sound, session: 7, payload: Data([1, 2, 3, 4])),
    StreamFrame(.end, session: 7), StreamFrame(.drop, session: .max),
  ]

  @Test("frames come out as they went in, in pieces of any length", arguments: [1, 2, 5, 11, 1000])
  func pieces(length: Int) throws {
    let bytes = Data(frames.map(\.bytes).joined())
    var reader = StreamFrameReader()
    var found: [StreamFrame] = []
    for from in stride(from: 0, to: bytes.count, by: length) {
      found += try reader.push(bytes.dropFirst(from).prefix(length))
    }
    #expect(found == frames)
  }

  @Test("what is no frame is refused before anything is kept of it")
  func hostile() {
    let tooLong = Data([2, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 127])
    for bytes in [Data(repeating: 9, count: 12), Data([1, 1, 0, 0] + [UInt8](repeating: 0, count: 8)), tooLong] {
      var reader = StreamFrameReader()
      #expect(throws: StreamFrameError.self) { try reader.push(bytes) }
    }
  }

  @Test("a message is one line and comes out as it went in, words of any kind in it") func messages() throws {
    var message = StreamMessage(.committed, session: 3)
    message.words = [Word(start: 0.5, end: 1.25, word: " caf\u{e9}\n\"x\"", probability: 0.5)]
    let line = message.line
    #expect(line.last == UInt8(ascii: "\n") && !line.dropLast().contains(UInt8(ascii: "\n")))
    #expect(try StreamMessage(line: line) == message)
    #expect(throws: DecodingError.self) { try StreamMessage(line: Data("{\"type\":\"other\"}".utf8)) }
    message.at = .infinity
    #expect(try StreamMessage(line: message.line) == message)
  }
}
