import Foundation

/// Collects packed weights while a model is read, and writes them to a `PackedFile`. `@unchecked Sendable`: whoever
/// collects hands it on, and what it points to does not change.
final class PackedWriter: @unchecked Sendable {
  private var parts: [(name: String, bytes: UnsafeRawBufferPointer, owner: AnyObject)] = []

  func add<Element>(_ name: String, _ buffer: Buffer<Element>) {
    let bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(start: buffer.base, count: buffer.count))
    parts.append((name, bytes, buffer))
  }

  var byteCount: Int { parts.reduce(0) { $0 + $1.bytes.count } }

  /// - Throws: what the file system says; nothing is left behind then.
  func write(to url: URL, source: String) throws {
    Self.sweep(url)
    let other = url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(UUID().uuidString)")
    guard FileManager.default.createFile(atPath: other.path, contents: nil) else {
      throw CocoaError(.fileWriteNoPermission)
    }
    do {
      let file = try FileHandle(forWritingTo: other)
      defer { try? file.close() }
      try write(to: file, source: source)
      try file.synchronize()
      guard rename(other.path, url.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
      try? FileManager.default.removeItem(at: other)
      throw error
    }
  }

  /// Removes what writers that were killed have left behind.
  private static func sweep(_ url: URL) {
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".\(url.lastPathComponent).") {
      let place = folder.appending(path: name)
      let facts = try? FileManager.default.attributesOfItem(atPath: place.path)
      guard let time = facts?[.modificationDate] as? Date, time.timeIntervalSinceNow < -600 else { continue }
      try? FileManager.default.removeItem(at: place)
    }
  }

  private func write(to file: FileHandle, source: String) throws {
    let header = try encoded(source: source)
    try file.write(contentsOf: header.bytes)
    for (part, place) in zip(parts, header.places) {
      try file.write(contentsOf: Data(count: place.offset - Int(try file.offset())))
      guard let base = part.bytes.baseAddress else { continue }
      try file.write(
        contentsOf: Data(
          bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: part.bytes.count, deallocator: .none))
    }
  }

  /// The offsets stand in the header, whose length moves them: a first guess at it leaves room for growth.
  private func encoded(source: String) throws -> (bytes: Data, places: [PackedFile.Header.Part]) {
    let room = (parts.reduce(4096 + 2 * source.utf8.count) { $0 + $1.name.utf8.count + 80 }) / 4096 * 4096
    var offset = room
    let places = parts.map { part in
      let place = PackedFile.Header.Part(name: part.name, offset: offset, bytes: part.bytes.count)
      offset = (offset + part.bytes.count + PackedFile.alignment - 1) / PackedFile.alignment * PackedFile.alignment
      return place
    }
    let total = places.last.map { $0.offset + $0.bytes } ?? room
    let json = try JSONEncoder().encode(PackedFile.Header(source: source, bytes: total, parts: places))
    guard json.count + 16 <= room else { throw CocoaError(.coderInvalidValue) }
    var bytes = Data(PackedFile.magic)
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { bytes.append(contentsOf: $0) }
    return (bytes + json, places)
  }
}
