import Domain
import Foundation
import Storage

/// `reference_index.jsonl` and its `.meta.json`, each put in place whole.
struct IndexFiles: Sendable {
  let index: URL

  private var meta: URL {
    index.deletingPathExtension().appendingPathExtension("meta").appendingPathExtension("json")
  }

  private struct Meta: Encodable {
    let built_at: String
    let model: String
    let doc_count: Int
  }

  /// - Parameter lines: hands every line to the function that it is given.
  func write(_ build: ReferenceBuild, _ lines: ((IndexLine) throws -> Void) throws -> Void) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try replace(index) { handle in
      var buffer = Data()
      try lines { line in
        buffer += try encoder.encode(line) + Data("\n".utf8)
        if buffer.count > 1 << 20 {
          try handle.write(contentsOf: buffer)
          buffer.removeAll(keepingCapacity: true)
        }
      }
      try handle.write(contentsOf: buffer)
    }
    try writeMeta(build)
  }

  func write(_ data: Data, _ build: ReferenceBuild) throws {
    try replace(index) { try $0.write(contentsOf: data) }
    try writeMeta(build)
  }

  private func writeMeta(_ build: ReferenceBuild) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let data = try encoder.encode(
      Meta(built_at: Timestamp.utc(build.builtAt), model: build.model, doc_count: build.chunks))
    try replace(meta) { try $0.write(contentsOf: data + Data("\n".utf8)) }
  }

  func remove() throws {
    for file in [index, meta] where unlink(file.path) != 0 && errno != ENOENT {
      throw CopilotError.unwritable(file: file.lastPathComponent, reason: String(cString: strerror(errno)))
    }
  }

  /// At every instant the name holds the old bytes or the new ones.
  private func replace(_ file: URL, _ body: (FileHandle) throws -> Void) throws {
    let temporary = file.appendingPathExtension("tmp")
    do {
      let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw StorageError(errno: errno, path: temporary.path) }
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try body(handle)
      try handle.synchronize()
      try handle.close()
      guard rename(temporary.path, file.path) == 0 else { throw StorageError(errno: errno, path: file.path) }
      try FolderSync.sync(file.deletingLastPathComponent())
    } catch let error as CocoaError {
      throw CopilotError.unwritable(file: file.lastPathComponent, reason: error.localizedDescription)
    }
  }

  /// The chunks of such a file.
  static func chunks(_ data: Data, name: String) throws -> [ReferenceChunk] {
    var chunks: [ReferenceChunk] = []
    for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      let object = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
      guard let object, let chunk = IndexLine.chunk(JSONObject(object)) else {
        throw CopilotError.damaged(file: name, line: number + 1)
      }
      chunks.append(chunk)
    }
    return chunks
  }
}
