public import Foundation

/// The folder of a Vosk model, looked at before libvosk sees it: libvosk ends the process over some folders.
public struct VoskModelFolder: Sendable, Equatable {
  public let url: URL
  public var name: String { url.lastPathComponent }

  /// - Throws: `VoskError.modelMissing`, `.modelIncomplete`.
  public init(_ url: URL) throws(VoskError) {
    self.url = url.absoluteURL
    guard Self.exists(url, isFolder: true) else { throw .modelMissing(path: url.path) }
    // Models of before 2020 have all files in one folder.
    if Self.exists(url.appending(path: "final.mdl")), Self.exists(url.appending(path: "mfcc.conf")) { return }
    for (part, isFolder) in [("am", true), ("am/final.mdl", false), ("conf", true), ("graph", true)]
    where !Self.exists(url.appending(path: part), isFolder: isFolder) {
      throw .modelIncomplete(path: url.path, part: part)
    }
  }

  private static func exists(_ url: URL, isFolder: Bool = false) -> Bool {
    var found: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &found) && found.boolValue == isFolder
  }
}

/// Vosk (Kaldi), for those who have its models. Each speaker has a recogniser and a thread of their own.
public struct VoskStreamEngine: StreamEngine {
  public let name = "vosk"
  public let model: String
  private let loaded: VoskModel

  /// Loads the model, which takes seconds and a few times its size in memory.
  /// - Throws: `VoskError`.
  public init(_ library: VoskLibrary, model folder: VoskModelFolder) throws(VoskError) {
    model = folder.name
    loaded = try VoskModel(library, folder)
  }

  public func open() -> any StreamEar { speak() }

  /// As `open`, with what a caller in the same process may ask besides.
  public func speak() -> VoskEar { VoskEar(loaded) }
}

/// A model in memory.
///
/// `@unchecked Sendable`: libvosk reads a model from any number of threads, and it is freed when nobody holds it.
final class VoskModel: @unchecked Sendable {
  let library: VoskLibrary
  let name: String
  let pointer: OpaquePointer

  init(_ library: VoskLibrary, _ folder: VoskModelFolder) throws(VoskError) {
    guard let pointer = library.newModel(folder.url.path) else { throw .modelRefused(path: folder.url.path) }
    self.library = library
    name = folder.name
    self.pointer = pointer
  }

  deinit { library.freeModel(pointer) }
}
