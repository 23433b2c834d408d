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
    try WholeFile.replace(index) { write in
      var buffer = Data()
      try lines { line in
        buffer += try encoder.encode(line) + Data("\n".utf8)
        if buffer.count > 1 << 20 {
          try write(buffer)
          buffer.removeAll(keepingCapacity: true)
        }
      }
      try write(buffer)
    }
    try writeMeta(build)
  }

  func write(_ data: Data, _ build: ReferenceBuild) throws {
    try WholeFile.replace(index) { try $0(data) }
    try writeMeta(build)
  }

  private func writeMeta(_ build: ReferenceBuild) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let data = try encoder.encode(
      Meta(built_at: Timestamp.utc(build.builtAt), model: build.model, doc_count: build.chunks))
    try WholeFile.replace(meta) { try $0(data + Data("\n".utf8)) }
  }

  func remove() throws {
    for file in [index, meta] where unlink(file.path) != 0 && errno != ENOENT {
      throw CopilotError.unwritable(file: file.lastPathComponent, reason: String(cString: strerror(errno)))
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
