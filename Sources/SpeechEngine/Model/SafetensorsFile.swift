import Foundation

/// A safetensors file: the bytes of its header as 64-bit number, a header in JSON that names type, shape and place of each
/// tensor, then the tensors, which must fill the rest without gaps. Source: the format's own description
/// (huggingface/safetensors); little-endian, no alignment.
package struct SafetensorsFile {
  package private(set) var tensors: [String: Tensor] = [:]
  private let file: MappedFile

  /// The reference reader's own bound for headers.
  private static let longestHeader = 100_000_000

  package init(_ file: MappedFile) throws(ModelError) {
    self.file = file
    var cursor = ByteCursor(file)
    let length = try cursor.integer(4) | min(try cursor.integer(4), 1 << 30) << 32
    guard length <= Self.longestHeader else {
      throw .badFile(file.url, reason: "not a safetensors file (a header of \(length) bytes)")
    }
    let header = try cursor.bytes(length)
    var json = JSONScanner(header, file.url)
    var places: [Range<Int>] = []
    try json.begin(.object)
    while let key = try json.nextKey() {
      let name = String(decoding: key, as: UTF8.self)
      if name == "__metadata__" { try json.skip() } else { places.append(try readTensor(name, &json, cursor)) }
    }
    try json.end()
    try checkCovered(places, bytes: cursor.remaining)
  }

  /// - Returns: where the tensor lies behind the header.
  private mutating func readTensor(
    _ name: String, _ json: inout JSONScanner, _ cursor: ByteCursor
  ) throws(ModelError) -> Range<Int> {
    var (type, shape, place): (String?, [Int]?, [Int]?)
    try json.begin(.object)
    while let key = try json.nextKey() {
      switch String(decoding: key, as: UTF8.self) {
      case "dtype": type = String(decoding: try json.string(), as: UTF8.self)
      case "shape": shape = try json.integers()
      case "data_offsets": place = try json.integers()
      default: try json.skip()
      }
    }
    guard let type, let shape, let place, shape.count <= 8, place.count == 2 else {
      throw .badFile(file.url, reason: "tensor '\(name)' lacks type, shape or place")
    }
    guard let format = Self.formats[type] else {
      throw .unsupported(file.url, what: "tensor '\(name)' is stored as \(type) (F32, F16 and BF16 are known)")
    }
    guard place[0] >= 0, place[0] <= place[1],
      Tensor.count(of: shape).map({ $0 * format.blockBytes }) == place[1] - place[0]
    else {
      throw .badFile(file.url, reason: "tensor '\(name)' of shape \(shape) can't lie at \(place)")
    }
    guard place[1] <= cursor.remaining else { throw .truncated(file.url, missingBytes: place[1] - cursor.remaining) }
    let tensor = Tensor(file: file, shape: shape, format: format, offset: cursor.offset + place[0])
    guard tensors.updateValue(tensor, forKey: name) == nil else {
      throw .badFile(file.url, reason: "tensor '\(name)' is there twice")
    }
    return place[0]..<place[1]
  }

  private static let formats: [String: NumberFormat] = ["F32": .float32, "F16": .float16, "BF16": .bfloat16]

  private func checkCovered(_ places: [Range<Int>], bytes: Int) throws(ModelError) {
    var end = 0
    for place in places.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      guard place.lowerBound == end else { throw .badFile(file.url, reason: "its tensors overlap or leave gaps") }
      end = place.upperBound
    }
    if end < bytes { throw .oversized(file.url, extraBytes: bytes - end) }
  }
}

/// The tensors of a Hugging Face folder: one file, or several that `model.safetensors.index.json` lists.
enum SafetensorsShards {
  static func tensors(_ folder: URL, _ files: [URL]) throws(ModelError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for url in files {
      for (name, tensor) in try SafetensorsFile(MappedFile(contentsOf: url)).tensors {
        guard tensors.updateValue(tensor, forKey: name) == nil else {
          throw .badFile(url, reason: "tensor '\(name)' lies in another file too")
        }
      }
    }
    return tensors
  }

  /// Files that the index names, each once; all must lie in the index's own folder.
  static func files(index: MappedFile) throws(ModelError) -> [URL] {
    var json = JSONScanner(try index.small(), index.url)
    var names: Set<String> = []
    try json.begin(.object)
    while let key = try json.nextKey() {
      guard key == Array("weight_map".utf8) else {
        try json.skip()
        continue
      }
      try json.begin(.object)
      while try json.nextKey() != nil { names.insert(String(decoding: try json.string(), as: UTF8.self)) }
    }
    try json.end()
    guard !names.isEmpty, names.count <= 1000, names.allSatisfy({ $0.hasSuffix(".safetensors") && !$0.contains("/") })
    else { throw .badFile(index.url, reason: "names no safetensors files of its own folder") }
    let folder = index.url.deletingLastPathComponent()
    return names.sorted().map { folder.appending(path: $0) }
  }
}
