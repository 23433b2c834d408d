public import Domain
public import Foundation
import Storage

extension RecordingDesk {
  /// The samples of a recording that is a clip, as they were spoken, from one of them on.
  /// - Throws: ``CaptureError/gone(path:)`` where there is no clip, or what its file can't be read for.
  public func samples(of recording: Recording, from frame: Int) throws -> Data {
    guard let clip = try recording.clipID.flatMap({ try store.clips.find($0) }) else {
      throw CaptureError.gone(path: recording.id.rawValue)
    }
    let file = try FileHandle(forReadingFrom: dataDirectory.appending(path: clip.path))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(WAVFile.headCount + 2 * frame))
    let count = 2 * max(0, (recording.frames ?? 0) - frame)
    guard let samples = try file.read(upToCount: count), samples.count == count else {
      throw CaptureError.gone(path: clip.path)
    }
    return samples
  }
}
