import Capture
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Verifying stored recordings")
struct ClipVerifierTests {
  private let room: CaptureRoom
  private let clip: Clip
  private let file: URL
  private let verifier: ClipVerifier

  init() throws {
    room = try CaptureRoom()
    clip = try room.clip()
    file = room.data.url.appending(path: clip.path)
    verifier = ClipVerifier(dataDirectory: room.data.url)
  }

  @Test("bytes that are as they came pass")
  func whole() throws { try verifier.verify(clip) }

  @Test("cut, longer and altered bytes are told", arguments: ["", "soun", "sound!", "sounD"])
  func altered(content: String) throws {
    try Data(content.utf8).write(to: file)
    #expect(throws: CaptureError.altered(path: file.path)) { try verifier.verify(clip) }
  }

  @Test("a file that is gone is told from one that retention let go of")
  func gone() throws {
    try FileManager.default.removeItem(at: file)
    #expect(throws: CaptureError.gone(path: file.path)) { try verifier.verify(clip) }
    try room.transcribe(clip)
    try room.note(clip)
    room.clock.advance(25 * 3_600)
    _ = try room.purge().runIfDue()
    let purged = try #require(try room.store.clips.find(clip.id))
    #expect(throws: CaptureError.purged(path: clip.path, at: room.clock.now)) { try verifier.verify(purged) }
  }

  @Test("a link in the place of the file is not followed")
  func link() throws {
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createSymbolicLink(at: file, withDestinationURL: try room.file())
    #expect(throws: CaptureError.altered(path: file.path)) { try verifier.verify(clip) }
  }
}
