/// A command of the driver, a JSON object a line; `Tools/bench-peers/README.md` lists them.
struct Request: Decodable {
  enum Operation: String, Decodable { case load, mel, encode, tokens, transcribe }

  let op: Operation
  /// Of `load`: a model's folder or file, `int8` or `float32`, 0 for all cores, a kernel set.
  var model: String?
  var computeType: String?
  var threads: Int?
  var kernel: String?
  /// Of `mel`, and of `transcribe`: WAV files.
  var clip: String?
  var clips: [String]?
  /// Of `encode`: prepare the decoder's keys and values too.
  var cross: Bool?
  /// Tokens a window, exactly.
  var tokens: Int?
  var beams: Int?
  /// Of `tokens` with one beam: decode with a draft, of whose tokens so many are right, 0...1.
  var agreement: Double?
  /// Windows that are decoded together.
  var batch: Int?
  var audioContext: String?

  /// A field that this command can't do without.
  func need<T>(_ field: KeyPath<Request, T?>, _ name: String) throws(BenchError) -> T {
    guard let value = self[keyPath: field] else { throw .missing(name) }
    return value
  }
}

/// What is answered, a JSON object a line.
struct Answer: Encodable {
  var ms: Double?
  /// Tokens of all answers, counted.
  var tokens: Int?
  var error: String?
}
