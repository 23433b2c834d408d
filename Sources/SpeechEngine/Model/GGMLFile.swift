import Foundation

/// A whisper.cpp model file (`ggml-*.bin`): magic, eleven numbers, mel filters, vocabulary, then tensors to the end.
/// Little-endian, no alignment, extents innermost first. Source: whisper.cpp `models/convert-pt-to-ggml.py`.
package struct GGMLFile {
  static let magic = [UInt8]("lmgg".utf8)
  /// The layout of quantised blocks that whisper.cpp writes since May 2023.
  private static let quantisationVersion = 2
  /// Whisper's longest token has 128 bytes.
  private static let longestToken = 1024

  /// The numbers behind the magic, in the file's order.
  struct Header {
    let vocabulary, audioPositions, audioWidth, audioHeads, audioLayers: Int
    let textPositions, textWidth, textHeads, textLayers, bands, type: Int
  }

  let header: Header
  /// Bytes of the text tokens by id; steering tokens follow from the size of the vocabulary.
  let tokens: [[UInt8]]
  private let file: MappedFile
  package private(set) var tensors: [String: Tensor] = [:]

  package init(_ file: MappedFile) throws(ModelError) {
    self.file = file
    var cursor = ByteCursor(file)
    guard try cursor.bytes(4) == Self.magic else {
      throw .unsupported(file.url, what: "not a whisper.cpp model (ggml-*.bin)")
    }
    header = try Self.readHeader(&cursor)
    try Self.skipFilters(&cursor, bands: header.bands)
    tokens = try Self.readTokens(&cursor, limit: header.vocabulary)
    while cursor.remaining > 0 { try readTensor(&cursor) }
  }

  private static func readHeader(_ cursor: inout ByteCursor) throws(ModelError) -> Header {
    var numbers: [Int] = []
    for _ in 0..<11 { numbers.append(try cursor.signed()) }
    guard numbers.allSatisfy({ (0...100_000).contains($0) }) else {
      throw .badFile(cursor.file.url, reason: "its header \(numbers) is not a Whisper model's")
    }
    return Header(
      vocabulary: numbers[0], audioPositions: numbers[1], audioWidth: numbers[2], audioHeads: numbers[3],
      audioLayers: numbers[4], textPositions: numbers[5], textWidth: numbers[6], textHeads: numbers[7],
      textLayers: numbers[8], bands: numbers[9], type: numbers[10])
  }

  /// The filters are a table that follows from the number of bands; the engine computes its own.
  private static func skipFilters(_ cursor: inout ByteCursor, bands: Int) throws(ModelError) {
    let (rows, columns) = (try cursor.signed(), try cursor.signed())
    guard rows == bands, columns == 201 else {
      throw .unsupported(cursor.file.url, what: "\(rows) filters of \(columns) bins (\(bands) of 201 are expected)")
    }
    try cursor.skip(4 * rows * columns)
  }

  private static func readTokens(_ cursor: inout ByteCursor, limit: Int) throws(ModelError) -> [[UInt8]] {
    let count = try cursor.integer(4)
    guard count <= limit else { throw .vocabularyMismatch(cursor.file.url, tokens: count, model: limit) }
    var tokens: [[UInt8]] = []
    for _ in 0..<count {
      let length = try cursor.integer(4)
      guard length <= longestToken else { throw .badFile(cursor.file.url, reason: "a token of \(length) bytes") }
      tokens.append(try cursor.bytes(length))
    }
    return tokens
  }

  private mutating func readTensor(_ cursor: inout ByteCursor) throws(ModelError) {
    let (rank, nameLength, type) = (try cursor.signed(), try cursor.signed(), try cursor.signed())
    guard (1...4).contains(rank), (1...256).contains(nameLength) else {
      throw .badFile(file.url, reason: "a tensor of rank \(rank) with a name of \(nameLength) bytes")
    }
    var shape: [Int] = []
    for _ in 0..<rank { shape.insert(try cursor.signed(), at: 0) }
    let name = String(decoding: try cursor.bytes(nameLength), as: UTF8.self)
    let format = try format(type, of: name)
    guard let count = Tensor.count(of: shape), let inner = shape.last, inner % format.blockCount == 0 else {
      throw .badFile(file.url, reason: "tensor '\(name)' has the impossible shape \(shape)")
    }
    if shape.count == 2, inner == 1, name.hasSuffix(".bias") { shape.removeLast() }  // of convolutions
    let tensor = Tensor(file: file, shape: shape, format: format, offset: cursor.offset)
    guard tensors.updateValue(tensor, forKey: name) == nil else {
      throw .badFile(file.url, reason: "tensor '\(name)' is there twice")
    }
    try cursor.skip(count / format.blockCount * format.blockBytes)
  }

  private func format(_ type: Int, of name: String) throws(ModelError) -> NumberFormat {
    let formats: [Int: NumberFormat] = [0: .float32, 1: .float16, 2: .q4_0, 3: .q4_1, 6: .q5_0, 7: .q5_1, 8: .q8_0]
    guard let format = formats[type] else {
      throw .unsupported(
        file.url, what: "tensor '\(name)' has type \(type) (f32, f16, q4_0, q4_1, q5_0, q5_1 and q8_0 are known)")
    }
    guard !format.isQuantisedBlock || header.type / 1000 == Self.quantisationVersion else {
      throw .unsupported(file.url, what: "quantised by an old whisper.cpp (version \(header.type / 1000), 2 is known)")
    }
    return format
  }

  package func source() throws(ModelError) -> WeightSource {
    let layers = try WeightSource.checked(
      .init(
        encoder: header.audioLayers, decoder: header.textLayers, encoderHeads: header.audioHeads,
        decoderHeads: header.textHeads), file.url)
    let names = TensorNames.openAI.table(encoderLayers: layers.encoder, decoderLayers: layers.decoder)
    return WeightSource(url: file.url, tensors: tensors, names: names, layers: layers)
  }
}
