import Capture
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Recordings that come up in parts")
struct RecordingTests {
  @Test("parts become one WAV file with a job, in their order, though they came in another") func order() throws {
    let room = try RecordingRoom()
    try room.begin()
    for number in [2, 0, 3, 1] { try room.send(number) }
    #expect(try room.desk.durableChunks(of: room.id) == [0, 1, 2, 3])
    let recording = try #require(try room.desk.finish(room.id, declared: room.declaration(4)))
    #expect(recording.state == .assembled)
    #expect(try room.spoken(room.desk) == (0..<4).map { RecordingRoom.bytes($0) }.reduce(Data(), +))
    let clip = try #require(try room.store.clips.all().first)
    #expect(clip.id == recording.clipID)
    #expect(clip.durationSeconds == 0.25)
    #expect(try room.store.jobs.depth() == 1)
    #expect(room.data.names(in: "recordings").isEmpty)
    #expect(room.data.names(in: "audio_cache").count == 1)
  }

  @Test("a part that comes twice is kept once") func twice() throws {
    let room = try RecordingRoom()
    try room.speak(2)
    try room.send(1)
    #expect(room.data.names(in: "recordings/\(room.id)") == ["0.pcm", "1.pcm"])
    #expect(try room.desk.finish(room.id, declared: room.declaration(2))?.frames == 2_000)
  }

  @Test("other bytes under a number are refused, and those that are kept stay") func taken() throws {
    let room = try RecordingRoom()
    try room.speak(2)
    #expect(throws: CaptureError.chunkTaken(number: 1)) { try room.send(1, RecordingRoom.bytes(9)) }
    #expect(try room.desk.finish(room.id, declared: room.declaration(2))?.state == .assembled)
    #expect(try room.spoken(room.desk) == RecordingRoom.bytes(0) + RecordingRoom.bytes(1))
  }

  @Test("bytes that are not those announced leave nothing behind") func damaged() throws {
    let room = try RecordingRoom()
    try room.begin()
    let other = RecordingRoom.hash(Data("other".utf8))
    #expect(throws: CaptureError.damagedOnTheWay) { try room.send(0, as: other) }
    #expect(try room.desk.durableChunks(of: room.id).isEmpty)
    #expect(room.data.names(in: "recordings/\(room.id)").isEmpty)
  }

  @Test(
    "what is no part is refused",
    arguments: [(0, Data()), (0, Data([1, 2, 3])), (-1, Data([1, 2])), (Int.max, Data([1, 2]))])
  func noPart(number: Int, bytes: Data) throws {
    let room = try RecordingRoom()
    try room.begin()
    #expect(throws: CaptureError.notAChunk) { try room.send(number, bytes) }
  }

  @Test("a recording takes no more than its limit and what the phone spoke while it stopped") func tooLong() throws {
    let room = try RecordingRoom(maxSeconds: 1)
    try room.begin()
    for number in 0..<6 { try room.send(number, RecordingRoom.bytes(number, samples: 16_000)) }
    #expect(throws: CaptureError.recordingTooLong(limit: 1)) { try room.send(6) }
    #expect(try room.desk.finish(room.id, declared: room.declaration(6, samples: 16_000))?.state == .assembled)
  }

  @Test("a part larger than may be is refused while it comes") func tooLarge() throws {
    let room = try RecordingRoom()
    try room.begin()
    let file = try room.desk.receive(for: room.id)
    #expect(throws: CaptureError.self) { try file.write(Data(count: RecordingDesk.mostChunkBytes + 2)) }
  }

  @Test("finishing names the parts that are missing, and goes on when they came") func missing() throws {
    let room = try RecordingRoom()
    try room.begin()
    for number in [0, 2] { try room.send(number) }
    #expect(throws: CaptureError.chunksMissing([1, 3])) {
      try room.desk.finish(room.id, declared: room.declaration(4))
    }
    for number in [1, 3] { try room.send(number) }
    #expect(try room.desk.finish(room.id, declared: room.declaration(4))?.state == .assembled)
  }

  @Test("a declaration that is not what is here is refused; the parts stay") func declaration() throws {
    let room = try RecordingRoom()
    try room.speak(3)
    let real = room.declaration(3)
    for wrong in [
      RecordingDeclaration(chunks: 2, frames: 2_000, sha256: room.declaration(2).sha256),
      RecordingDeclaration(chunks: 3, frames: 2_999, sha256: real.sha256),
      RecordingDeclaration(chunks: 3, frames: 3_000, sha256: room.declaration(2).sha256),
    ] { #expect(throws: CaptureError.notAsDeclared) { try room.desk.finish(room.id, declared: wrong) } }
    #expect(try room.desk.finish(room.id, declared: real)?.state == .assembled)
  }

  @Test("finishing again gives the same clip; another declaration is refused") func again() throws {
    let room = try RecordingRoom()
    try room.speak(2)
    let first = try room.desk.finish(room.id, declared: room.declaration(2))
    #expect(try room.desk.finish(room.id, declared: room.declaration(2)) == first)
    #expect(throws: CaptureError.recordingClosed) { try room.desk.finish(room.id, declared: room.declaration(1)) }
    #expect(throws: CaptureError.recordingClosed) { try room.send(0) }
    #expect(room.data.names(in: "recordings").isEmpty)
  }

  @Test("a phone that does not come back: what is here becomes the clip") func found() throws {
    let room = try RecordingRoom()
    try room.begin()
    for number in [0, 1, 3] { try room.send(number) }
    room.clock.advance(61)
    let found = try room.store.recordings.unfinished(ownerID: room.owner, quietSince: room.clock.now - 60)
    #expect(found.map(\.recording.id) == [room.id])
    #expect(found.first?.seconds == 3_000.0 / 16_000)
    #expect(try room.desk.finish(room.id, declared: nil)?.chunkCount == 3)
    #expect(try room.spoken(room.desk) == [0, 1, 3].map { RecordingRoom.bytes($0) }.reduce(Data(), +))
    #expect(try room.store.recordings.unfinished(ownerID: room.owner, quietSince: room.clock.now).isEmpty)
  }

  @Test("nothing of a recording becomes no clip") func nothing() throws {
    let room = try RecordingRoom()
    try room.begin()
    #expect(throws: CaptureError.nothingRecorded) { try room.desk.finish(room.id, declared: nil) }
    #expect(try room.desk.finish(.random(), declared: nil) == nil)
  }

  @Test("two recordings of silence are two clips") func silence() throws {
    let room = try RecordingRoom()
    try room.begin()
    let other = ID<Recording>.random()
    _ = try room.desk.begin(other, ownerID: room.owner, draftID: .random(), startedAt: room.clock.now)
    for id in [room.id, other] {
      let file = try room.desk.receive(for: id)
      try file.write(Data(count: 3_200))
      try room.desk.keep(file, number: 0, of: id, sha256: RecordingRoom.hash(Data(count: 3_200)))
      #expect(try room.desk.finish(id, declared: nil)?.state == .assembled)
    }
    #expect(try room.store.clips.all().count == 2)
  }

  @Test("an identifier of somebody else begins nothing") func foreign() throws {
    let room = try RecordingRoom()
    try room.begin()
    let result = try room.desk.begin(
      room.id, ownerID: ID("other"), draftID: .random(), startedAt: room.clock.now)
    #expect(result == .foreign)
  }

  @Test("an owner may leave only so many unfinished") func tooMany() throws {
    let room = try RecordingRoom()
    for index in 0..<4 {
      let result = try room.store.recordings.begin(
        .random(), ownerID: room.owner, draftID: .random(), startedAt: room.clock.now, mostUnfinished: 3)
      #expect((result == .tooMany) == (index == 3))
    }
  }
}

@Suite("Recordings that a crash interrupts")
struct RecordingCrashTests {
  @Test("a crash before any step is healed by the phone that asks again", arguments: FinishStep.allCases)
  func asksAgain(step: FinishStep) throws {
    let room = try RecordingRoom(crashing: step)
    try room.speak(3)
    #expect(throws: RecordingRoom.Crash.self) { try room.desk.finish(room.id, declared: room.declaration(3)) }
    let after = try room.restarted()
    #expect(try after.finish(room.id, declared: room.declaration(3))?.state == .assembled)
    try expectOneClip(room, after)
  }

  @Test("a crash after the parts are whole is healed without the phone", arguments: FinishStep.allCases.dropFirst())
  func sweeps(step: FinishStep) throws {
    let room = try RecordingRoom(crashing: step)
    try room.speak(3)
    #expect(throws: RecordingRoom.Crash.self) { try room.desk.finish(room.id, declared: room.declaration(3)) }
    let after = try room.restarted()
    let swept = try after.sweep()
    #expect(swept.failed.isEmpty)
    try expectOneClip(room, after)
    #expect(try after.sweep().finished.isEmpty)
  }

  @Test("a sweep leaves alone what is still spoken") func leavesOpen() throws {
    let room = try RecordingRoom()
    try room.speak(2)
    _ = try room.restarted().sweep()
    #expect(try room.desk.durableChunks(of: room.id) == [0, 1])
    #expect(try room.store.recordings.find(room.id)?.state == .open)
  }

  @Test("a part whose file was lost is asked for again, and heals the recording") func lostFile() throws {
    let room = try RecordingRoom()
    try room.speak(3)
    try FileManager.default.removeItem(at: room.data.url.appending(path: "recordings/\(room.id)/1.pcm"))
    #expect(try room.desk.durableChunks(of: room.id) == [0, 2])
    #expect(throws: CaptureError.chunksMissing([1])) {
      try room.desk.finish(room.id, declared: room.declaration(3))
    }
    try room.send(1)
    #expect(try room.desk.finish(room.id, declared: room.declaration(3))?.state == .assembled)
  }

  @Test("a part that was altered on disk is found, asked for again, and heals the recording") func altered() throws {
    let room = try RecordingRoom()
    try room.speak(3)
    try RecordingRoom.bytes(8).write(to: room.data.url.appending(path: "recordings/\(room.id)/2.pcm"))
    #expect(throws: CaptureError.chunksMissing([2])) {
      try room.desk.finish(room.id, declared: room.declaration(3))
    }
    #expect(try room.store.recordings.find(room.id)?.state == .failed)
    #expect(try room.store.clips.all().isEmpty)
    try room.send(2)
    #expect(try room.desk.finish(room.id, declared: room.declaration(3))?.state == .assembled)
    try expectOneClip(room, room.desk)
  }

  @Test("a crash between a part's file and its row: the part comes again") func halfKept() throws {
    let room = try RecordingRoom()
    try room.speak(1)
    try RecordingRoom.bytes(1).prefix(500).write(to: room.data.url.appending(path: "recordings/\(room.id)/1.pcm"))
    let after = try room.restarted()
    #expect(try after.durableChunks(of: room.id) == [0])
    try room.send(1)
    #expect(try after.finish(room.id, declared: room.declaration(2))?.state == .assembled)
  }

  private func expectOneClip(_ room: RecordingRoom, _ desk: RecordingDesk) throws {
    #expect(try room.spoken(desk) == (0..<3).map { RecordingRoom.bytes($0) }.reduce(Data(), +))
    #expect(try desk.store.jobs.depth() == 1)
    #expect(room.data.names(in: "recordings").isEmpty)
    #expect(try desk.store.recordings.find(room.id)?.clipID == desk.store.clips.all().first?.id)
    let events = try desk.store.events.after(0, limit: 1_000).map(\.kind)
    #expect(events.count { $0 == "recording.assembled" } == 1)
    #expect(events.count { $0 == "clip.stored" } == 1)
  }
}
