import Foundation
import Testing

extension CommandLineTests {
  @Suite("the data folder")
  struct DataFolderTests {
    let room: Room
    let clip = Repository.clip("note006").path

    init() throws { room = try Room() }

    @Test("a file in its place is refused with one line", arguments: ["ingest", "worker", "up"])
    func file(command: String) async throws {
      try Data("not a folder".utf8).write(to: room.data)
      let rest = ["ingest": [clip], "worker": ["--clip", clip], "up": ["--once"]][command] ?? []
      let outcome = try await room.start(room.launch([command] + rest)).finish()
      expectRefusal(outcome, naming: room.data.path)
    }

    @Test("a folder that may not be written is refused with one line, and stays as it was")
    func readOnly() async throws {
      let folder = try room.makeReadOnlyFolder("data")
      let copy = try room.write(try Data(contentsOf: Repository.clip("note006")), to: "clip.wav")
      expectRefusal(try await room.runUnprivileged("ingest", copy.path), naming: folder.path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("a database that is none is refused with one line and left alone")
    func garbageDatabase() async throws {
      let garbage = Data(String(repeating: "this is not a database. ", count: 400).utf8)
      try room.makeFolder("data")
      try garbage.write(to: room.store.file)
      expectRefusal(try await room.run("ingest", clip), naming: "fieldos.sqlite")
      #expect(try Data(contentsOf: room.store.file) == garbage)
    }

    @Test("a name with blanks, quotes and other letters works")
    func strangeName() async throws {
      let data = try room.makeFolder("Übung 'eins' \"zwei\" ä")
      let outcome = try await room.run("ingest", clip, with: ["FIELDOS_DATA_DIR": data.path])
      expectSuccess(outcome)
      #expect(FileManager.default.fileExists(atPath: data.appending(path: "fieldos.sqlite").path))
    }
  }
}
