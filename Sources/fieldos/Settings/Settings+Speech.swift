import Transcription

/// What the transcription server needs beside the engine; checked by the command that starts it.
extension Settings {
  /// - Throws: ``UsageError`` that names the variable.
  func apiLimits() throws -> RequestDesk.Limits {
    var limits = RequestDesk.Limits()
    limits.waiting = try variables.integer("FIELDOS_API_QUEUE", in: 1...10_000) ?? limits.waiting
    return limits
  }

  /// Most bytes of one file.
  /// - Throws: ``UsageError`` that names the variable.
  func apiMaxBytes() throws -> Int {
    try variables.integer("FIELDOS_API_MAX_BYTES", in: 1...(1 << 40)) ?? 26_214_400
  }
}
