import Endpoints
import Foundation

/// Brings one file of a snapshot into a folder, complete and with the right checksum. What is there already is kept:
/// the bytes of a commit never change, and the checksum over all of them has the last word.
struct FileDownload {
  let client: HubClient
  let snapshot: HubSnapshot
  let name: String
  let size: Int
  let digest: FileDigest
  let folder: URL
  let persistence: Persistence
  /// What came is not what was announced.
  private struct Mismatch: Error {
    let reason: String
  }

  /// A mismatch is answered by one new download from the start.
  /// - Parameter progress: called with the file's bytes on the disk, as they grow.
  /// - Returns: the SHA-256 of the file on the disk.
  /// - Throws: ``ModelStoreError``, `CancellationError`.
  func run(_ progress: (Int) -> Void) async throws -> String {
    do {
      return try await attempt(progress)
    } catch let first as Mismatch {
      try startOver(progress)
      persistence.report(.startsOver(file: name, reason: first.reason))
    }
    do {
      return try await attempt(progress)
    } catch let second as Mismatch {
      try startOver(progress)
      throw ModelStoreError.corrupt(file: name, reason: second.reason)
    }
  }

  private var file: URL { folder.appending(path: name) }

  /// Throws away what came so far.
  private func startOver(_ progress: (Int) -> Void) throws {
    try DurableFile(file).empty()
    progress(0)
  }

  private func attempt(_ progress: (Int) -> Void) async throws -> String {
    do {
      let writer = try DurableFile(file)
      if writer.size > size { throw Mismatch(reason: "\(writer.size) bytes instead of \(size)") }
      progress(writer.size)
      try await persistence.run(name, bytes: { writer.size }) {
        while writer.size < size { try await transfer(to: writer, progress) }
      }
      try writer.sync()
    }
    persistence.report(.checking(file: name))
    let hash = try FileHash(of: file)
    guard hash.bytes == size, hash.matches(digest) else { throw Mismatch(reason: "its checksum is another") }
    return hash.sha256
  }

  private func transfer(to writer: DurableFile, _ progress: (Int) -> Void) async throws {
    try await client.read(name, of: snapshot, from: writer.size) { answer in
      try place(writer, for: answer)
      try await answer.read { piece in
        guard piece.count <= size - writer.size else { throw Mismatch(reason: "more than \(size) bytes came") }
        try writer.append(piece)
        progress(writer.size)
      }
      guard writer.size == size else {
        throw HubFault(reason: "\(answer.host) ended after \(writer.size) of \(size) bytes", host: answer.host)
      }
    }
  }

  /// Sets the writer to where the answer's bytes start.
  private func place(_ writer: DurableFile, for answer: HTTPStream) throws {
    switch answer.status {
    case 206:
      // "bytes 1000-4999/5000"
      let range = answer.headers["content-range"]?.wholeMatch(of: /bytes (\d+)-\d+\/(\d+|\*)/)
      guard let range, Int(range.1) == writer.size else {
        throw Mismatch(reason: "another part came than was asked for")
      }
      if let total = Int(range.2), total != size { throw Mismatch(reason: "\(total) bytes instead of \(size)") }
    case 416: throw Mismatch(reason: "shorter than \(size) bytes")
    default:
      if writer.size > 0 { try writer.empty() }
      if let length = answer.headers["content-length"].flatMap({ Int($0) }), length != size {
        throw Mismatch(reason: "\(length) bytes instead of \(size)")
      }
    }
  }
}
