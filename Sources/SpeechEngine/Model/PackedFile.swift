import Foundation

/// Weights as the kernels read them, kept in a file so that the next start maps them instead of making them again.
///
/// `FOPACK01`, the length of the header as 64 bits, the header as JSON, then each part at a multiple of 64 bytes. All numbers
/// are little-endian. The header names the model's files with their sizes and times: of other ones it is of no use. A file
/// is written under another name and renamed, so that there is a whole one or none.
struct PackedFile: Sendable {
  struct Header: Codable, Equatable {
    struct Part: Codable, Equatable {
      let name: String
      let offset: Int
      let bytes: Int
    }
    /// What the weights were made from, and for what.
    let source: String
    let bytes: Int
    let parts: [Part]
  }

  static let magic = Array("FOPACK01".utf8)
  static let alignment = 64
  private static let mostHeaderBytes = 4 << 20

  private let mapping: Mapping
  let parts: [String: Header.Part]

  /// nil where there is no such file, or one of other weights, or one that isn't whole.
  init?(_ url: URL, source: String) {
    guard let mapping = Mapping(url) else { return nil }
    self.init(mapping, source: source)
  }

  /// From memory, for `HostileInput`.
  init?(bytes: Data, source: String) { self.init(Mapping(bytes), source: source) }

  private init?(_ mapping: Mapping, source: String) {
    guard let header = Self.header(of: mapping), header.source == source,
      header.bytes == mapping.bytes.count
    else { return nil }
    var parts: [String: Header.Part] = [:]
    for part in header.parts {
      guard part.offset >= 0, part.bytes >= 0, part.offset % Self.alignment == 0,
        part.offset <= mapping.bytes.count, part.bytes <= mapping.bytes.count - part.offset
      else { return nil }
      parts[part.name] = part
    }
    self.mapping = mapping
    self.parts = parts
  }

  private static func header(of mapping: Mapping) -> Header? {
    let bytes = mapping.bytes
    guard bytes.count >= 16, bytes.prefix(8).elementsEqual(magic) else { return nil }
    let length = Int(clamping: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    guard length <= mostHeaderBytes, length <= bytes.count - 16 else { return nil }
    return try? JSONDecoder().decode(Header.self, from: Data(bytes[16..<16 + length]))
  }

  /// A part of any size, unless it is missing or no whole number of elements.
  func buffer<Element>(_ name: String) -> Buffer<Element>? {
    parts[name].flatMap { buffer(name, count: $0.bytes / MemoryLayout<Element>.stride) }
  }

  /// A part, unless it is missing or has another size.
  func buffer<Element>(_ name: String, count: Int) -> Buffer<Element>? {
    guard let part = parts[name], part.bytes == count * MemoryLayout<Element>.stride,
      let base = mapping.bytes.baseAddress
    else { return nil }
    return Buffer(base + part.offset, count: count, of: mapping)
  }
}

/// A file in memory, to be read only.
final class Mapping: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  private let isFile: Bool

  init?(_ url: URL) {
    let file = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var facts = stat()
    // In a folder that others can write to, weights of a stranger's making are none.
    guard fstat(file, &facts) == 0, facts.st_size > 0, facts.st_mode & S_IFMT == S_IFREG,
      facts.st_uid == geteuid() || facts.st_uid == 0,
      let base = mmap(nil, Int(facts.st_size), PROT_READ, MAP_PRIVATE, file, 0), base != MAP_FAILED
    else { return nil }
    bytes = UnsafeRawBufferPointer(start: base, count: Int(facts.st_size))
    isFile = true
  }

  /// A copy, which starts at a page as a file does.
  init(_ copied: Data) {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: copied.count, alignment: 4096)
    copied.copyBytes(to: room)
    bytes = UnsafeRawBufferPointer(room)
    isFile = false
  }

  /// Gives the whole pages of a part back to the system, which has them in the file.
  func release(_ part: UnsafeRawBufferPointer) {
    guard isFile, let base = part.baseAddress else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let (first, end) = (base.alignedUp(toMultipleOf: page), (base + part.count).alignedDown(toMultipleOf: page))
    if first < end { madvise(UnsafeMutableRawPointer(mutating: first), end - first, MADV_DONTNEED) }
  }

  deinit {
    guard isFile else { return bytes.deallocate() }
    munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }
}
