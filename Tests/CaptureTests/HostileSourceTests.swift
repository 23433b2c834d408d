import Capture
import Domain
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Sources that mean no good")
struct HostileSourceTests {
  private let room: CaptureRoom

  init() throws { room = try CaptureRoom() }

  private func expectNothingKept() throws {
    #expect(room.data.names(in: "audio_cache").isEmpty)
    #expect(try room.store.clips.all().isEmpty)
    #expect(try room.store.jobs.depth() == 0)
  }

  /// Takes a file in while a thread changes it without a pause.
  private func ingest(_ file: URL, whileChanging change: @escaping @Sendable (Int32, Int) -> Void) throws {
    let isOver = Flag()
    let (begun, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let descriptor = open(file.path, O_WRONLY)
    Thread.detachNewThread {
      var turn = 0
      while !isOver.isSet {
        change(descriptor, turn)
        turn += 1
        if turn == 1 { begun.signal() }
      }
      close(descriptor)
      ended.signal()
    }
    begun.wait()
    defer {
      isOver.set()
      ended.wait()
    }
    _ = try room.ingest.ingest(file: file, maxBytes: 1 << 30)
  }

  private static let long: off_t = 256 << 20

  /// Takes so long to copy that the other thread gets its turn on a busy machine; a hole, but for the first byte.
  private func longFile() throws -> URL {
    let file = try room.inbox.file("a.wav", Data([7]))
    try #require(truncate(file.path, Self.long) == 0)
    return file
  }

  private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
  }

  @Test("a source that grows while it is copied is refused, and nothing is kept")
  func grows() throws {
    let file = try longFile()
    #expect(throws: CaptureError.changedWhileRead(path: file.path)) {
      try ingest(file) { descriptor, turn in
        lseek(descriptor, 0, SEEK_END)
        _ = write(descriptor, [UInt8(truncatingIfNeeded: turn)], 1)
      }
    }
    try expectNothingKept()
  }

  @Test("a source that shrinks while it is copied is refused, and nothing is kept")
  func shrinks() throws {
    let file = try longFile()
    #expect(throws: CaptureError.changedWhileRead(path: file.path)) {
      try ingest(file) { descriptor, turn in ftruncate(descriptor, Self.long - off_t(turn % (4 << 20))) }
    }
    try expectNothingKept()
  }

  @Test("a socket is refused without connecting to it")
  func socketFile() throws {
    let path = room.inbox.url.appending(path: "s").path
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    try #require(path.utf8.count < 100)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    #expect(throws: CaptureError.notARegularFile(path: path)) {
      try room.ingest.ingest(file: URL(filePath: path))
    }
    try expectNothingKept()
  }

  @Test(
    "a name is kept as it came and never becomes a path",
    arguments: [
      "two\nlines.wav", "-rf.wav", "посещение 🎤.m4a", "e\u{301}.wav", "a'; DROP TABLE clips; --.wav", "..wav",
      String(repeating: "x", count: 250) + ".wav",
    ])
  func names(name: String) throws {
    guard case .stored(let clip, _) = try room.ingest.ingest(file: try room.file(name: name)) else {
      throw CaptureRoom.Unexpected()
    }
    #expect(clip.originalName == name)
    #expect(clip.path.wholeMatch(of: /audio_cache\/clip_[0-9]+_[0-9a-f]{8}\.(wav|m4a)/) != nil)
    #expect(try room.store.clips.find(clip.id) == clip)
  }

  @Test("a link to a recording is taken in as the recording; one that leads nowhere or to itself is refused")
  func links() throws {
    let manager = FileManager.default
    let link = room.inbox.url.appending(path: "link.wav")
    try manager.createSymbolicLink(at: link, withDestinationURL: try room.file())
    guard case .stored = try room.ingest.ingest(file: link) else { throw CaptureRoom.Unexpected() }
    let loop = room.inbox.url.appending(path: "loop.wav")
    try manager.createSymbolicLink(at: loop, withDestinationURL: loop)
    #expect(throws: CaptureError.self) { try room.ingest.ingest(file: loop) }
    let nowhere = room.inbox.url.appending(path: "nowhere.wav")
    try manager.createSymbolicLink(at: nowhere, withDestinationURL: room.inbox.url.appending(path: "no"))
    #expect(throws: CaptureError.missing(path: nowhere.path)) { try room.ingest.ingest(file: nowhere) }
  }

  @Test("a file whose length the system doesn't tell is refused")
  func noLength() throws {
    let file = URL(filePath: "/proc/self/maps")
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    #expect(throws: CaptureError.changedWhileRead(path: file.path)) { try room.ingest.ingest(file: file) }
    try expectNothingKept()
  }
}
