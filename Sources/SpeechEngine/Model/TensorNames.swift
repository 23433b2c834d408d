/// How other tools than CTranslate2 name the tensors of a Whisper model.
struct TensorNames: Sendable {
  /// Path of a layer without its number: "encoder" → "model.encoder.layers".
  let layers: @Sendable (String) -> String
  /// Names within a layer.
  let selfAttention: Attention
  let crossAttention: Attention
  let up: String
  let down: String
  let feedForwardNorm: String
  /// CTranslate2's names of what lies outside the layers → this tool's.
  let outside: [String: String]

  struct Attention: Sendable {
    let norm: String
    let query: String
    let key: String
    let value: String
    let output: String
  }

  /// Hugging Face's `WhisperForConditionalGeneration`; without `prefix` that is its inner `WhisperModel`.
  static func huggingFace(prefix: String, projection: String) -> TensorNames {
    func attention(_ name: String) -> Attention {
      Attention(
        norm: name + "_layer_norm", query: name + ".q_proj", key: name + ".k_proj", value: name + ".v_proj",
        output: name + ".out_proj")
    }
    return TensorNames(
      layers: { "\(prefix)\($0).layers" }, selfAttention: attention("self_attn"),
      crossAttention: attention("encoder_attn"), up: "fc1", down: "fc2", feedForwardNorm: "final_layer_norm",
      outside: [
        "encoder/conv1": prefix + "encoder.conv1", "encoder/conv2": prefix + "encoder.conv2",
        "encoder/position_encodings/encodings": prefix + "encoder.embed_positions.weight",
        "encoder/layer_norm": prefix + "encoder.layer_norm",
        "decoder/embeddings/weight": prefix + "decoder.embed_tokens.weight",
        "decoder/position_encodings/encodings": prefix + "decoder.embed_positions.weight",
        "decoder/layer_norm": prefix + "decoder.layer_norm", "decoder/projection/weight": projection,
      ])
  }

  /// OpenAI's own names, which whisper.cpp keeps.
  static let openAI: TensorNames = {
    func attention(_ name: String) -> Attention {
      Attention(
        norm: name + "_ln", query: name + ".query", key: name + ".key", value: name + ".value", output: name + ".out")
    }
    return TensorNames(
      layers: { "\($0).blocks" }, selfAttention: attention("attn"), crossAttention: attention("cross_attn"),
      up: "mlp.0", down: "mlp.2", feedForwardNorm: "mlp_ln",
      outside: [
        "encoder/conv1": "encoder.conv1", "encoder/conv2": "encoder.conv2",
        "encoder/position_encodings/encodings": "encoder.positional_embedding",
        "encoder/layer_norm": "encoder.ln_post", "decoder/embeddings/weight": "decoder.token_embedding.weight",
        "decoder/position_encodings/encodings": "decoder.positional_embedding",
        "decoder/layer_norm": "decoder.ln", "decoder/projection/weight": "decoder.token_embedding.weight",
      ])
  }()

  /// CTranslate2's name of every tensor → the names of the parts that make it up, nil for the zeros in place of the bias
  /// that keys don't have.
  func table(encoderLayers: Int, decoderLayers: Int) -> [String: [String?]] {
    var table: [String: [String?]] = [:]
    for (name, stored) in outside {
      if name.hasSuffix("layer_norm") {
        addNorm(name, stored, to: &table)
      } else if name.contains("/conv") {
        addLinear(name, [stored], to: &table)
      } else {
        table[name] = [stored]
      }
    }
    for (part, count) in [("encoder", encoderLayers), ("decoder", decoderLayers)] {
      for layer in 0..<count { addLayer("\(part)/layer_\(layer)", "\(layers(part)).\(layer).", part, to: &table) }
    }
    return table
  }

  private func addLayer(_ name: String, _ path: String, _ part: String, to table: inout [String: [String?]]) {
    let own = selfAttention
    addNorm(name + "/self_attention/layer_norm", path + own.norm, to: &table)
    addLinear(name + "/self_attention/linear_0", [own.query, own.key, own.value].map { path + $0 }, key: 1, to: &table)
    addLinear(name + "/self_attention/linear_1", [path + own.output], to: &table)
    addNorm(name + "/ffn/layer_norm", path + feedForwardNorm, to: &table)
    addLinear(name + "/ffn/linear_0", [path + up], to: &table)
    addLinear(name + "/ffn/linear_1", [path + down], to: &table)
    guard part == "decoder" else { return }
    let cross = crossAttention
    addNorm(name + "/attention/layer_norm", path + cross.norm, to: &table)
    addLinear(name + "/attention/linear_0", [path + cross.query], to: &table)
    addLinear(name + "/attention/linear_1", [cross.key, cross.value].map { path + $0 }, key: 0, to: &table)
    addLinear(name + "/attention/linear_2", [path + cross.output], to: &table)
  }

  private func addNorm(_ name: String, _ stored: String, to table: inout [String: [String?]]) {
    table[name + "/gamma"] = [stored + ".weight"]
    table[name + "/beta"] = [stored + ".bias"]
  }

  /// - Parameter key: which part has no bias.
  private func addLinear(_ name: String, _ parts: [String], key: Int? = nil, to table: inout [String: [String?]]) {
    table[name + "/weight"] = parts.map { $0 + ".weight" }
    table[name + "/bias"] = parts.enumerated().map { $0 == key ? nil : $1 + ".bias" }
  }
}
