import Crypto
public import Domain
import Foundation
import Storage

/// What is about to be done when a recording is finished. A crash before any of them is healed by doing it again.
package enum FinishStep: String, Sendable, CaseIterable {
  /// The row says that the recording is whole.
  case complete
  /// The chunks are joined in a file that bears no name yet.
  case join
  /// The file becomes a clip with its job.
  case ingest
  /// The clip comes to its note.
  case attach
  /// The row says which clip it is.
  case assembled
  /// The chunks go.
  case remove
}

/// What a browser says a recording consists of.
public struct RecordingDeclaration: Sendable, Equatable {
  public let chunks: Int
  public let frames: Int
  /// SHA-256 over the SHA-256 digests of the chunks in their order, 64 lower-case hex digits.
  public let sha256: String

  public init(chunks: Int, frames: Int, sha256: String) {
    self.chunks = chunks
    self.frames = frames
    self.sha256 = sha256
  }
}

extension RecordingDesk {
  /// Makes a whole recording a clip: its chunks are joined and taken in, the clip comes to its note, the chunks go.
  /// Repeated after a crash at any point, it ends the same.
  /// - Parameter declared: what it consists of; nil takes what is here, for a browser that does not come back.
  /// - Returns: nil where there is no such recording.
  /// - Throws: ``CaptureError/chunksMissing(_:)`` where chunks have to come (again) first, ``CaptureError`` otherwise.
  public func finish(_ id: ID<Recording>, declared: RecordingDeclaration?) throws -> Recording? {
    guard let recording = try store.recordings.find(id) else { return nil }
    if recording.state == .assembled { return try confirm(recording, declared) }
    let chunks = try store.recordings.chunks(of: id)
    let found = RecordingDeclaration(chunks)
    if let declared {
      let missing = Set(0..<min(declared.chunks, Self.mostChunks)).subtracting(try durableChunks(of: id))
      guard missing.isEmpty else { throw CaptureError.chunksMissing(missing.sorted()) }
      guard declared == found else { throw CaptureError.notAsDeclared }
    }
    guard found.chunks > 0 else { throw CaptureError.nothingRecorded }
    try checkpoint(.complete)
    let whole = try store.recordings.complete(
      id, chunkCount: found.chunks, frames: found.frames, sha256: found.sha256)
    return try whole.map(assemble)
  }

  /// Finishes what a crash interrupted, and removes the chunks of recordings that are clips.
  /// - Returns: the recordings that became clips, and those that could not.
  public func sweep() throws -> (finished: [Recording], failed: [Recording]) {
    var (finished, failed): ([Recording], [Recording]) = ([], [])
    for recording in try store.recordings.interrupted() {
      do {
        finished.append(try assemble(recording))
      } catch is CaptureError {
        failed.append(recording)
      }
    }
    let root = dataDirectory.appending(path: RecordingFolder.name)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? [] {
      guard Recording.isIdentifier(name), let known = try store.recordings.find(ID(name)) else { continue }
      if known.state == .assembled { folder(known.id).remove() }
    }
    return (finished, failed)
  }

  /// A recording that is a clip already, where what is declared is what it was made from.
  private func confirm(_ recording: Recording, _ declared: RecordingDeclaration?) throws -> Recording {
    let isSame = declared.map { $0.chunks == recording.chunkCount && $0.sha256 == recording.sha256 } ?? true
    guard isSame else { throw CaptureError.recordingClosed }
    folder(recording.id).remove()
    return recording
  }

  /// Steps after ``FinishStep/complete``.
  private func assemble(_ recording: Recording) throws -> Recording {
    do {
      return try assembleOnce(recording)
    } catch let error as CaptureError {
      // Another caller may have finished it, and removed the chunks under our hands.
      if let known = try store.recordings.find(recording.id), known.state == .assembled { return known }
      if case .chunksMissing(let numbers) = error {
        try store.recordings.fail(recording.id, reason: "chunks \(numbers) are gone or altered", lost: numbers)
      }
      throw error
    }
  }

  private func assembleOnce(_ recording: Recording) throws -> Recording {
    try checkpoint(.join)
    let joined = try join(try store.recordings.chunks(of: recording.id), of: recording)
    try checkpoint(.ingest)
    let clip = try takeIn(joined, recording)
    try checkpoint(.attach)
    try store.attachDraft(of: recording, clipID: clip.id)
    try checkpoint(.assembled)
    let assembled = try store.recordings.assembled(recording.id, clipID: clip.id)
    try checkpoint(.remove)
    folder(recording.id).remove()
    return assembled ?? recording
  }

  /// The chunks as one WAV file. Each must still be what came.
  private func join(_ chunks: [RecordedChunk], of recording: Recording) throws -> ReceivedFile {
    let byteCount = chunks.reduce(0) { $0 + $1.byteCount }
    let file = try ingest.receive(maxBytes: .max)
    try file.write(WAVFile.head(byteCount: byteCount))
    var lost: [Int] = []
    for chunk in chunks {
      let bytes = try? Data(contentsOf: dataDirectory.appending(path: chunk.path))
      guard let bytes, SHA256.hash(data: bytes).hex == chunk.sha256 else {
        lost.append(chunk.number)
        continue
      }
      try file.write(bytes)
    }
    guard lost.isEmpty else { throw CaptureError.chunksMissing(lost) }
    try file.write(WAVFile.tail(identifier: recording.id.rawValue))
    return file
  }

  /// No two recordings have the same bytes, for each holds its identifier: one that is known was taken in before a
  /// crash.
  private func takeIn(_ file: ReceivedFile, _ recording: Recording) throws -> Clip {
    let name = "recording-\(Timestamp.utc(recording.startedAt).prefix(19)).wav".replacing(":", with: "")
    let seconds = recording.frames.map { Double($0) / Double(Recording.sampleRate) }
    switch try ingest.ingest(file, originalName: name, ownerID: recording.ownerID, durationSeconds: seconds) {
    case .stored(let clip, _), .restored(let clip), .again(let clip, _), .revived(let clip), .pending(let clip, _):
      return clip
    case .duplicate(let known):
      guard let clip = known.clip else { throw CaptureError.gone(path: name) }
      return clip
    }
  }
}

extension RecordingDeclaration {
  /// What chunks that are here make, where they are without a gap from 0; with one, what is there.
  init(_ chunks: [RecordedChunk]) {
    var hash = SHA256()
    for chunk in chunks { hash.update(data: Data(hexDigits: chunk.sha256)) }
    self.init(
      chunks: chunks.count, frames: chunks.reduce(0) { $0 + $1.byteCount } / 2, sha256: hash.finalize().hex)
  }
}
