public import Foundation

/// A recording that a browser sends in chunks while it is spoken. Whole, it becomes a ``Clip``.
public struct Recording: Sendable, Equatable, Identifiable {
  /// Made by the browser, 32 lower-case hex digits: known before any server heard of it.
  public let id: ID<Recording>
  public let ownerID: ID<Owner>
  /// The note that it is spoken for, made by the browser too.
  public let draftID: ID<Note>
  /// Whom it is about, nil where nobody was chosen yet.
  public let contactID: ID<Person>?
  public let state: RecordingState
  /// How many chunks it has, nil while it is open.
  public let chunkCount: Int?
  /// Samples, nil while it is open.
  public let frames: Int?
  /// SHA-256 over the SHA-256 digests of its chunks in their order, 64 hex digits; nil while it is open.
  public let sha256: String?
  /// What it became, nil before.
  public let clipID: ID<Clip>?
  /// Why it can't be put together, nil unless it failed.
  public let failure: String?
  /// When the rep began to speak, as the browser's clock said.
  public let startedAt: Date
  /// When something of it came last.
  public let updatedAt: Date

  public init(
    id: ID<Recording>, ownerID: ID<Owner>, draftID: ID<Note>, contactID: ID<Person>?, state: RecordingState,
    chunkCount: Int?, frames: Int?, sha256: String?, clipID: ID<Clip>?, failure: String?, startedAt: Date,
    updatedAt: Date
  ) {
    self.id = id
    self.ownerID = ownerID
    self.draftID = draftID
    self.contactID = contactID
    self.state = state
    self.chunkCount = chunkCount
    self.frames = frames
    self.sha256 = sha256
    self.clipID = clipID
    self.failure = failure
    self.startedAt = startedAt
    self.updatedAt = updatedAt
  }

  /// Samples a second.
  public static let sampleRate = 16_000
  /// Bytes a second: one channel of 16 bits.
  public static let bytesPerSecond = 32_000

  /// Whether a text has the form of an identifier that a browser makes: 32 lower-case hex digits.
  public static func isIdentifier(_ text: String) -> Bool {
    text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}

/// Where a recording is.
public enum RecordingState: String, Sendable, CaseIterable {
  /// Chunks may come.
  case open
  /// All chunks are durable and their number is known: the server can finish it alone.
  case complete
  /// It could not be put together; its chunks are kept, and may come again.
  case failed
  /// It is a clip.
  case assembled
}

/// A piece of a recording that is on disk: samples of 16 bits, little-endian.
public struct RecordedChunk: Sendable, Equatable {
  /// From 0, in the order of speaking.
  public let number: Int
  public let byteCount: Int
  /// 64 lower-case hex digits.
  public let sha256: String
  /// Relative to the data folder.
  public let path: String

  public init(number: Int, byteCount: Int, sha256: String, path: String) {
    self.number = number
    self.byteCount = byteCount
    self.sha256 = sha256
    self.path = path
  }
}

/// A recording whose browser did not come back, with what the server has of it.
public struct UnfinishedRecording: Sendable, Equatable {
  public let recording: Recording
  /// Length of what is here, in seconds.
  public let seconds: Double

  public init(recording: Recording, seconds: Double) {
    self.recording = recording
    self.seconds = seconds
  }
}
