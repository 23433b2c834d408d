import Foundation
import Transcription

/// What the transcription server needs beside the engine; checked by the command that starts it.
extension Settings {
  /// - Throws: ``UsageError`` that names the variable.
  func apiLimits() throws -> RequestDesk.Limits {
    var limits = RequestDesk.Limits()
    limits.waiting = try variables.integer("FIELDOS_API_QUEUE", in: 1...10_000) ?? limits.waiting
    return limits
  }

  /// Most bytes of models' weights in memory: half of the machine's, or of its control group's.
  /// - Throws: ``UsageError`` that names the variable.
  func apiModelMemory() throws -> Int {
    if let bytes = try variables.bytes("FIELDOS_API_MODEL_MEMORY") { return bytes }
    let group = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return min(group ?? .max, Int(clamping: ProcessInfo.processInfo.physicalMemory)) / 2
  }

  /// How often an answer that takes long shows that it is under way; nil: not at all.
  /// - Throws: ``UsageError`` that names the variable.
  func apiKeepAlive() throws -> Duration? {
    let seconds = try variables.number("FIELDOS_API_KEEP_ALIVE", in: 0...300) ?? 15
    return seconds > 0 ? .seconds(max(0.1, seconds)) : nil
  }

  /// Most bytes of one file.
  /// - Throws: ``UsageError`` that names the variable.
  func apiMaxBytes() throws -> Int {
    try variables.integer("FIELDOS_API_MAX_BYTES", in: 1...(1 << 40)) ?? 26_214_400
  }
}
