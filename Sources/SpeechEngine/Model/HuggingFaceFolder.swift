import Foundation

/// A model folder as Hugging Face's transformers save it.
struct HuggingFaceFolder {
  private let folder: URL
  private let config: Config
  private let generation: Generation?

  struct Config: Decodable {
    let model_type: String
    let activation_function: String?
    let scale_embedding: Bool?
    let tie_word_embeddings: Bool?
    let encoder_layers: Int
    let decoder_layers: Int
    let encoder_attention_heads: Int
    let decoder_attention_heads: Int
    let num_mel_bins: Int?
    let begin_suppress_tokens: [Int]?
  }
  struct Generation: Decodable {
    let alignment_heads: [[Int]]?
    let begin_suppress_tokens: [Int]?
    let is_multilingual: Bool?
  }

  init(_ folder: URL) throws(ModelError) {
    self.folder = folder
    let url = folder.appending(path: "config.json")
    config = try ModelSettings.decode(Config.self, MappedFile(contentsOf: url))
    generation = try ModelSettings.decodeIfThere(Generation.self, folder.appending(path: "generation_config.json"))
    guard config.model_type == "whisper" else {
      throw .unsupported(url, what: "a '\(config.model_type)' model, not Whisper")
    }
    guard config.activation_function ?? "gelu" == "gelu", config.scale_embedding != true else {
      throw .unsupported(url, what: "another activation than gelu, or scaled embeddings")
    }
  }

  func describe(_ files: [URL], _ cache: PackedCache?) throws(ModelError) -> ModelDescription {
    let source = try source(files)
    let shape = try ModelShape(reading: source, bands: ModelSettings.bands(folder) ?? config.num_mel_bins)
    guard let found = try TokenizerFiles.find(in: folder) else {
      throw .missingFile(folder.appending(path: "tokenizer.json"))
    }
    let words = try PackedCache.vocabulary(cache, found.all, "of \(shape.vocabulary)") { () throws(ModelError) in
      let tokenizer = try found.read(modelVocabulary: shape.vocabulary)
      return ModelVocabulary(
        tokenizer: tokenizer, file: found.all[0].url, listed: tokenizer.count, listsEmptyToken: tokenizer.hasEmptyToken)
    }
    return ModelDescription(
      source: source, shape: shape, tokenizer: words.tokenizer, vocabularyFile: words.file,
      isMultilingual: generation?.is_multilingual ?? (words.listsEmptyToken || shape.vocabulary >= 51_865),
      alignmentHeads: generation?.alignment_heads,
      suppressedFirst: generation?.begin_suppress_tokens ?? config.begin_suppress_tokens)
  }

  private func source(_ files: [URL]) throws(ModelError) -> WeightSource {
    let layers = try WeightSource.checked(
      .init(
        encoder: config.encoder_layers, decoder: config.decoder_layers, encoderHeads: config.encoder_attention_heads,
        decoderHeads: config.decoder_attention_heads), folder.appending(path: "config.json"))
    let tensors = try SafetensorsShards.tensors(folder, files)
    let prefix = tensors["encoder.conv1.weight"] == nil ? "model." : ""
    // Whisper projects onto tokens with the embeddings unless a fine-tuned model untied the two.
    let isUntied = config.tie_word_embeddings == false && tensors["proj_out.weight"] != nil
    let projection = isUntied ? "proj_out.weight" : prefix + "decoder.embed_tokens.weight"
    let names = TensorNames.huggingFace(prefix: prefix, projection: projection)
    return WeightSource(
      url: files.count == 1 ? files[0] : folder, tensors: tensors,
      names: names.table(encoderLayers: layers.encoder, decoderLayers: layers.decoder), layers: layers)
  }
}
