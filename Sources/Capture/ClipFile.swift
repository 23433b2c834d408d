import Foundation

/// What a file in the audio folder looks like from outside.
enum ClipFile {
  /// Whether a file bears a name of ours and has the beginning, and where its format tells it the length, of a whole
  /// recording. Our own are whole once they bear their name; a folder that a power cut or a person left may hold others.
  static func looksWhole(_ file: URL) -> Bool {
    guard ClipName.isOurs(file.lastPathComponent), let head = try? head(of: file) else { return false }
    guard head.bytes.contains(where: { $0 != 0 }) else { return false }
    return file.pathExtension != "wav" || isWholeWave(head.bytes, byteCount: head.byteCount)
  }

  private static func head(of file: URL) throws -> (bytes: Data, byteCount: Int) {
    let input = try SourceFile(file.path, followsLinks: false)
    return (try input.read(upTo: 4_096), try input.version().byteCount)
  }

  /// RIFF's length field counts what follows it; recorders that stream write 0 or 0xFFFFFFFF.
  private static func isWholeWave(_ bytes: Data, byteCount: Int) -> Bool {
    guard bytes.count >= 12, bytes.prefix(4) == Data("RIFF".utf8), bytes.dropFirst(8).prefix(4) == Data("WAVE".utf8)
    else { return false }
    let length = bytes.dropFirst(4).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return length == 0 || length == 0xFFFF_FFFF || length + 8 <= byteCount
  }
}
