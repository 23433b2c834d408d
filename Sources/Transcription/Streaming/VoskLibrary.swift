public import Foundation

/// libvosk, loaded while the program runs and never linked. Its C interface: `vosk_api.h` of alphacep/vosk-api; tested
/// with 0.3.45.
public struct VoskLibrary: Sendable {
  typealias New = @Sendable @convention(c) (UnsafePointer<CChar>) -> OpaquePointer?
  typealias NewRecogniser = @Sendable @convention(c) (OpaquePointer, Float) -> OpaquePointer?
  typealias Free = @Sendable @convention(c) (OpaquePointer) -> Void
  typealias Switch = @Sendable @convention(c) (OpaquePointer, CInt) -> Void
  typealias Accept = @Sendable @convention(c) (OpaquePointer, UnsafePointer<Int16>, CInt) -> CInt
  typealias Answer = @Sendable @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
  typealias SetLevel = @Sendable @convention(c) (CInt) -> Void

  /// The file, or the name under which the system found it.
  public let path: String
  let newModel: New
  let freeModel: Free
  let newRecogniser: NewRecogniser
  let freeRecogniser: Free
  let setWords: Switch
  let accept: Accept
  let result: Answer
  let partialResult: Answer
  let finalResult: Answer

  /// Names by which the system's own search finds it, without the working folder: that is no place for programs.
  #if os(macOS)
    static let names = ["/opt/homebrew/lib/libvosk.dylib", "/usr/local/lib/libvosk.dylib"]
    private static let fileNames = ["libvosk.dylib", "libvosk.dyld"]
  #else
    static let names = ["libvosk.so"]
    private static let fileNames = ["libvosk.so"]
  #endif

  /// Finds it and looks its functions up; calls none that needs a model.
  /// - Parameters:
  ///   - named: this file and no other; nil: the usual names, then the wheel of the Python environment.
  ///   - python: folder of a Python environment, as `VIRTUAL_ENV` has it.
  /// - Throws: `VoskError`.
  public init(_ named: URL?, python: URL? = nil) throws(VoskError) {
    if let named {
      try self.init(opening: named.absoluteURL.path)
      return
    }
    for name in Self.names {
      guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
      try self.init(handle, name)
      return
    }
    let wheels = python.map(Self.wheels) ?? []
    if let wheel = wheels.first(where: { FileManager.default.fileExists(atPath: $0) }) {
      try self.init(opening: wheel)
      return
    }
    throw .libraryMissing(tried: Self.names + wheels)
  }

  /// Where `pip install vosk` puts it.
  private static func wheels(_ python: URL) -> [String] {
    let library = python.appending(path: "lib")
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
    return versions.filter { $0.hasPrefix("python3") }.sorted().flatMap { version in
      fileNames.map { library.appending(path: "\(version)/site-packages/vosk/\($0)").path }
    }
  }

  private init(opening path: String) throws(VoskError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw .libraryRefused(path: path, reason: "no such file")
    }
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
      throw .libraryRefused(path: path, reason: String(reason.prefix(200)))
    }
    try self.init(handle, path)
  }

  /// The library stays loaded until the process ends: threads of its own may run in it.
  private init(_ handle: UnsafeMutableRawPointer, _ path: String) throws(VoskError) {
    func symbol<Function>(_ name: String) throws(VoskError) -> Function {
      guard let address = dlsym(handle, name) else { throw .symbolMissing(symbol: name, library: path) }
      return unsafeBitCast(address, to: Function.self)
    }
    self.path = path
    newModel = try symbol("vosk_model_new")
    freeModel = try symbol("vosk_model_free")
    newRecogniser = try symbol("vosk_recognizer_new")
    freeRecogniser = try symbol("vosk_recognizer_free")
    setWords = try symbol("vosk_recognizer_set_words")
    accept = try symbol("vosk_recognizer_accept_waveform_s")
    result = try symbol("vosk_recognizer_result")
    partialResult = try symbol("vosk_recognizer_partial_result")
    finalResult = try symbol("vosk_recognizer_final_result")
    let setLevel: SetLevel = try symbol("vosk_set_log_level")
    // Else a model says dozens of lines while it is loaded.
    setLevel(-1)
  }
}
