public import Foundation

/// What a parent says to its stream worker, framed: kind (1 byte), 3 bytes of zero, session and length of the payload (4
/// bytes each, little-endian), payload.
public struct StreamFrame: Sendable, Equatable {
  public enum Kind: UInt8, Sendable {
    /// A session begins.
    case open = 1
    /// Sound: 16-bit little-endian PCM, 16 kHz, one channel.
    case sound = 2
    /// No sound comes any more: what waits is heard, then the session ends.
    case end = 3
    /// Nobody wants the session's words any more.
    case drop = 4
  }

  /// Most bytes of a payload: 16 s of sound.
  public static let mostBytes = 1 << 19
  static let headBytes = 12

  public let kind: Kind
  public let session: UInt32
  public let payload: Data

  public init(_ kind: Kind, session: UInt32, payload: Data = Data()) {
    self.kind = kind
    self.session = session
    self.payload = payload
  }

  /// As it goes through the pipe.
  public var bytes: Data {
    var bytes = Data([kind.rawValue, 0, 0, 0])
    for number in [session, UInt32(truncatingIfNeeded: payload.count)] {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes + payload
  }
}

/// Bytes that are no frame.
public struct StreamFrameError: Error, Equatable {
  public let reason: String
}

/// Finds the frames in bytes that come in pieces of any length.
public struct StreamFrameReader: Sendable {
  private var waiting = Data()

  public init() {}

  /// - Returns: the frames that are whole now.
  /// - Throws: `StreamFrameError` for an unknown kind or a payload that is too long; the stream is then of no use any more.
  public mutating func push(_ bytes: Data) throws(StreamFrameError) -> [StreamFrame] {
    waiting.append(bytes)
    var frames: [StreamFrame] = []
    var rest = waiting[...]
    while rest.count >= StreamFrame.headBytes {
      let head = [UInt8](rest.prefix(StreamFrame.headBytes))
      guard let kind = StreamFrame.Kind(rawValue: head[0]), head[1...3].allSatisfy({ $0 == 0 }) else {
        throw StreamFrameError(reason: "unknown frame \(head[0])")
      }
      let length = Int(Self.number(head[8...11]))
      guard length <= StreamFrame.mostBytes else { throw StreamFrameError(reason: "frame of \(length) bytes") }
      guard rest.count >= StreamFrame.headBytes + length else { break }
      rest = rest.dropFirst(StreamFrame.headBytes)
      frames.append(StreamFrame(kind, session: Self.number(head[4...7]), payload: Data(rest.prefix(length))))
      rest = rest.dropFirst(length)
    }
    waiting = Data(rest)
    return frames
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
