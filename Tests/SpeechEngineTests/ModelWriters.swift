import Foundation

extension TinyModel {
  /// Text tokens as vocabularies of strings spell them.
  private var spelled: [String] {
    let bytes = textTokens.prefix(256).map { $0[0] }
    let order = Array(33...126) + Array(161...172) + Array(174...255)
    let scalars = bytes.enumerated().map { index, byte in
      Character(Unicode.Scalar(UInt32(index < order.count ? Int(byte) : 256 + index - order.count)) ?? " ")
    }
    let alphabet = Dictionary(uniqueKeysWithValues: zip(bytes, scalars))
    return textTokens.map { token in String(token.compactMap { alphabet[$0] }) }
  }

  private func json(_ value: Any, _ url: URL) throws {
    try JSONSerialization.data(withJSONObject: value).write(to: url)
  }

  // MARK: CTranslate2

  /// A folder without tokenizer.json.
  /// - Parameter int8: store matrices in 8 bits with a scale a row.
  func writeCTranslate2(
    _ folder: URL, version: Int = 6, stored: Stored = .float32, int8: Bool = false, settings: [String: Any] = [:]
  ) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try cTranslate2(version: version, stored: stored, int8: int8).write(to: folder.appending(path: "model.bin"))
    try json(settings, folder.appending(path: "config.json"))
    try json(spelled + steering, folder.appending(path: "vocabulary.json"))
  }

  func cTranslate2(version: Int = 6, stored: Stored = .float32, int8: Bool = false) -> Data {
    var file = CTranslate2Writer(version: version, stored: stored, int8: int8)
    file.addScalar("encoder/num_heads", heads)
    file.addScalar("decoder/num_heads", heads)
    let all = Dictionary(uniqueKeysWithValues: tensors().map { ($0.name, $0) })
    for tensor in all.values.sorted(by: { $0.name < $1.name }) where !tensor.name.contains("attn.") {
      file.add(cTranslate2Name(tensor.name), tensor.shape, tensor.values)
    }
    for (part, count) in [("encoder", encoderLayers), ("decoder", decoderLayers)] {
      for layer in 0..<count {
        let (from, to) = ("\(part).blocks.\(layer)", "\(part)/layer_\(layer)")
        file.addStack(to + "/self_attention/linear_0", ["query", "key", "value"].map { "\(from).attn.\($0)" }, all)
        file.addStack(to + "/self_attention/linear_1", [from + ".attn.out"], all)
        if part == "encoder" { continue }
        file.addStack(to + "/attention/linear_0", [from + ".cross_attn.query"], all)
        file.addStack(to + "/attention/linear_1", ["key", "value"].map { "\(from).cross_attn.\($0)" }, all)
        file.addStack(to + "/attention/linear_2", [from + ".cross_attn.out"], all)
      }
    }
    return file.finish(aliases: [("decoder/projection/weight", "decoder/embeddings/weight")])
  }

  private func cTranslate2Name(_ name: String) -> String {
    let isNorm = name.contains("_ln.") || name.contains(".ln")
    let renamed = [
      ("encoder.positional_embedding", "encoder/position_encodings/encodings"),
      ("decoder.positional_embedding", "decoder/position_encodings/encodings"),
      ("decoder.token_embedding.weight", "decoder/embeddings/weight"), (".blocks.", "/layer_"),
      (".cross_attn_ln.", "/attention/layer_norm/"), (".attn_ln.", "/self_attention/layer_norm/"),
      (".mlp_ln.", "/ffn/layer_norm/"), (".mlp.0.", "/ffn/linear_0/"), (".mlp.2.", "/ffn/linear_1/"),
      (".ln_post.", "/layer_norm/"), ("decoder.ln.", "decoder/layer_norm/"), (".", "/"),
    ].reduce(name) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    guard isNorm else { return renamed }
    return renamed.replacingOccurrences(of: "/weight", with: "/gamma").replacingOccurrences(of: "/bias", with: "/beta")
  }

  // MARK: Hugging Face

  /// A folder with vocab.json and merges.txt.
  /// - Parameter shards: files that the tensors are dealt out to; 1 means no index.
  func writeHuggingFace(
    _ folder: URL, stored: Stored = .float32, shards: Int = 1, generation: [String: Any]? = nil
  ) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let all = tensors().map { Tensor(name: Self.huggingFaceName($0.name), shape: $0.shape, values: $0.values) }
    var map: [String: String] = [:]
    for shard in 0..<shards {
      let name = shards == 1 ? "model.safetensors" : "model-0000\(shard + 1)-of-0000\(shards).safetensors"
      let own = all.enumerated().filter { $0.offset % shards == shard }.map(\.element)
      for tensor in own { map[tensor.name] = name }
      try Self.safetensors(own, stored).write(to: folder.appending(path: name))
    }
    if shards > 1 { try json(["weight_map": map], folder.appending(path: "model.safetensors.index.json")) }
    if let generation { try json(generation, folder.appending(path: "generation_config.json")) }
    try json(
      [
        "model_type": "whisper", "encoder_layers": encoderLayers, "decoder_layers": decoderLayers,
        "encoder_attention_heads": heads, "decoder_attention_heads": heads, "num_mel_bins": bands,
      ], folder.appending(path: "config.json"))
    let vocabulary = Dictionary(uniqueKeysWithValues: spelled.enumerated().map { ($1, $0) })
    try json(vocabulary, folder.appending(path: "vocab.json"))
    try Data("#version: 0.2\nh e\nĠ he\nt he\n".utf8).write(to: folder.appending(path: "merges.txt"))
  }

  static func huggingFaceName(_ name: String) -> String {
    "model."
      + [
        (".blocks.", ".layers."), (".cross_attn_ln.", ".encoder_attn_layer_norm."),
        (".attn_ln.", ".self_attn_layer_norm."), (".cross_attn.", ".encoder_attn."), (".attn.", ".self_attn."),
        (".query.", ".q_proj."), (".key.", ".k_proj."), (".value.", ".v_proj."), (".out.", ".out_proj."),
        (".mlp.0.", ".fc1."), (".mlp.2.", ".fc2."), (".mlp_ln.", ".final_layer_norm."), (".ln_post.", ".layer_norm."),
        ("decoder.ln.", "decoder.layer_norm."), ("token_embedding", "embed_tokens"),
        ("positional_embedding", "embed_positions.weight"),
      ].reduce(name) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }

  static func safetensors(_ tensors: [Tensor], _ stored: Stored) -> Data {
    let types = [Stored.float32: "F32", .float16: "F16", .bfloat16: "BF16"]
    var body = ByteWriter()
    var entries: [String] = []
    for tensor in tensors {
      let start = body.data.count
      stored.write(tensor.values, to: &body)
      entries.append(
        "\"\(tensor.name)\":{\"dtype\":\"\(types[stored] ?? "")\",\"shape\":\(tensor.shape),"
          + "\"data_offsets\":[\(start),\(body.data.count)]}")
    }
    let header = "{\"__metadata__\":{\"format\":\"pt\"}," + entries.joined(separator: ",") + "}  "
    var file = ByteWriter()
    file.add(UInt64(header.utf8.count))
    file.add(header)
    return file.data + body.data
  }

  // MARK: ggml

  func ggml(_ format: BlockFormat = .f32) -> Data {
    var file = ByteWriter()
    let numbers = [
      vocabulary, 1500, width, heads, encoderLayers, 448, width, heads, decoderLayers, bands,
      format.isBlock ? 2000 + format.rawValue : format.rawValue,
    ]
    file.add32(0x6767_6d6c)
    for number in numbers { file.add32(number) }
    file.add32(bands)
    file.add32(201)
    file.data.append(Data(count: 4 * bands * 201))
    file.add32(textTokens.count)
    for token in textTokens {
      file.add32(token.count)
      file.data.append(contentsOf: token)
    }
    for tensor in tensors() { Self.add(tensor, format, to: &file) }
    return file.data
  }

  /// As whisper.cpp's tools choose: matrices in the wanted format, convolutions in float16 at most, all else in float32.
  static func add(_ tensor: Tensor, _ format: BlockFormat, to file: inout ByteWriter) {
    let isMatrix = tensor.shape.count == 2 && !tensor.name.contains("positional")
    let isConvolution = tensor.shape.count == 3
    let own: BlockFormat = isMatrix ? format : isConvolution && format != .f32 ? .f16 : .f32
    let isConvolutionBias = tensor.name.contains(".conv") && tensor.shape.count == 1
    let shape = isConvolutionBias ? tensor.shape + [1] : tensor.shape
    file.add32(shape.count)
    file.add32(tensor.name.utf8.count)
    file.add32(own.rawValue)
    for extent in shape.reversed() { file.add32(extent) }
    file.add(tensor.name)
    own.write(tensor.values, to: &file)
  }
}

/// Writes variables in the order they come.
private struct CTranslate2Writer {
  let version: Int
  let stored: Stored
  let int8: Bool
  private var body = ByteWriter()
  private var count = 0

  init(version: Int, stored: Stored, int8: Bool) {
    self.version = version
    self.stored = stored
    self.int8 = int8
  }

  private mutating func begin(_ name: String, _ shape: [Int], type: UInt8, itemBytes: Int) {
    count += 1
    addString(name)
    body.add(UInt8(shape.count))
    for extent in shape { body.add32(extent) }
    let numbers = shape.reduce(1, *)
    body.add(version >= 4 ? type : UInt8(itemBytes))
    body.add32(version >= 4 ? numbers * itemBytes : numbers)
  }

  private mutating func addString(_ text: String) {
    body.add(UInt16(text.utf8.count + 1))
    body.add(text)
    body.add(UInt8(0))
  }

  mutating func addScalar(_ name: String, _ value: Int) {
    begin(name, [], type: 2, itemBytes: 2)
    body.add(Int16(value))
  }

  mutating func addStack(_ name: String, _ parts: [String], _ all: [String: TinyModel.Tensor]) {
    let weights = parts.compactMap { all[$0 + ".weight"] }
    let width = weights[0].shape[1]
    add(name + "/weight", [width * parts.count, width], weights.flatMap(\.values))
    let biases = parts.map { all[$0 + ".bias"]?.values ?? Array(repeating: 0, count: width) }
    add(name + "/bias", [width * parts.count], biases.flatMap { $0 })
  }

  mutating func add(_ name: String, _ shape: [Int], _ values: [Float]) {
    if int8, name.hasSuffix("/weight"), shape.count > 1 { return addInt8(name, shape, values) }
    let (type, bytes): (UInt8, Int) = stored == .float32 ? (0, 4) : (stored == .float16 ? 4 : 5, 2)
    begin(name, shape, type: type, itemBytes: bytes)
    stored.write(values, to: &body)
  }

  /// Convolutions are stored flat.
  private mutating func addInt8(_ name: String, _ shape: [Int], _ values: [Float]) {
    let width = shape[1...].reduce(1, *)
    let rows = stride(from: 0, to: values.count, by: width).map { values[$0..<$0 + width] }
    let scales = rows.map { 127 / ($0.map(abs).max() ?? 1) }
    begin(name, [shape[0], width], type: 1, itemBytes: 1)
    for (row, scale) in zip(rows, scales) {
      for value in row { body.add(Int8((value * scale).rounded(.toNearestOrEven))) }
    }
    begin(name + "_scale", [shape[0]], type: 0, itemBytes: 4)
    for scale in scales { body.add(scale) }
  }

  func finish(aliases: [(String, String)]) -> Data {
    var file = self
    file.body = ByteWriter()
    file.body.add32(version)
    file.addString("WhisperSpec")
    file.body.add32(3)
    file.body.add32(count)
    file.body.data.append(body.data)
    file.body.add32(aliases.count)
    for (alias, target) in aliases {
      file.addString(alias)
      file.addString(target)
    }
    return file.body.data
  }
}
