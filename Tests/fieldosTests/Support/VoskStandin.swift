import Foundation
import SpeechEngine
import Transcription

/// The library of `Tests/Shims/vosk_standin.c`, which hears words in the level of the sound, in a folder of the test's own.
final class VoskStandin: Sendable {
  let folder: URL
  let library: URL
  /// A folder that looks like a model.
  let model: URL
  private let log: URL

  /// - Parameter flags: for the compiler.
  init(_ flags: String...) throws {
    folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "fieldos-vosk-" + UUID().uuidString.prefix(8))
    library = folder.appending(path: "libvosk.so")
    model = folder.appending(path: "vosk-model-standin")
    log = folder.appending(path: "calls")
    try Self.makeModel(model)
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments =
      ["cc", "-shared", "-fPIC", "-O1", "-o", library.path] + flags
      + [Repository.tests.appending(path: "Shims/vosk_standin.c").path]
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else { throw Failure("cc can't build Tests/Shims/vosk_standin.c") }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The folders and files that every Vosk model has; what is in them is no model.
  static func makeModel(_ folder: URL) throws {
    for part in ["am", "conf", "graph"] {
      try FileManager.default.createDirectory(at: folder.appending(path: part), withIntermediateDirectories: true)
    }
    for file in ["am/final.mdl", "conf/mfcc.conf", "conf/model.conf"] {
      try Data().write(to: folder.appending(path: file))
    }
  }

  /// Chooses it.
  /// - Parameters:
  ///   - fault: what it does; nil: nothing bad.
  ///   - at: samples that it hears before that.
  ///   - once: only the first process does it.
  func environment(_ fault: String? = nil, at: Int? = nil, once: Bool = false) -> [String: String] {
    var all = [
      "FIELDOS_TRANSCRIBE_ENGINE": "vosk", "FIELDOS_VOSK_LIBRARY": library.path, "VOSK_MODEL_PATH": model.path,
      "VOSK_STANDIN_LOG": log.path, "FIELDOS_QA_MODE": "false", "FIELDOS_WHISPER_MODEL": "demo-en",
    ]
    all["VOSK_STANDIN"] = fault
    all["VOSK_STANDIN_AT"] = at.map(String.init)
    if once { all["VOSK_STANDIN_ONCE"] = folder.appending(path: "done").path }
    return all
  }

  /// Its functions in the order in which they were called.
  var calls: [String] {
    ((try? String(contentsOf: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
  }

  /// Half a second a word: 16-bit PCM.
  static func sound(_ words: Range<Int>) -> Data {
    words.reduce(into: Data()) { data, word in
      for _ in 0..<8000 { withUnsafeBytes(of: Int16(word * 100).littleEndian) { data.append(contentsOf: $0) } }
    }
  }

  /// The wheel that `scripts/install-test-needs` installs.
  static let python = Repository.tests.deletingLastPathComponent().appending(path: ".build/vosk-venv")
}
