public import Foundation
public import SpeechEngine

/// What checking a model's folder found.
public struct ModelVerdict: Sendable, Equatable {
  public enum State: Sendable, Equatable {
    case right
    /// There is no checksum to hold the file against.
    case unchecked
    case missing
    case wrongSize(found: Int, expected: Int)
    case wrongChecksum
  }

  public struct File: Sendable, Equatable {
    public let name: String
    public let state: State
  }

  public let files: [File]
  /// Why the engine can't use the model; nil where it can.
  public let problem: ModelError?

  public var isUsable: Bool {
    problem == nil && files.allSatisfy { $0.state == .right || $0.state == .unchecked }
  }
}

/// Reads every byte of a model and holds it against what the pull recorded or the hub's cache says, then lets the engine
/// read its headers.
public enum ModelVerification {
  /// - Parameter progress: called with the name of each file before it is read.
  /// - Throws: ``ModelStoreError/unreadable(path:reason:)``, `CancellationError`.
  public static func verify(_ folder: URL, progress: (String) -> Void = { _ in }) throws -> ModelVerdict {
    let files: [ModelVerdict.File]
    if let manifest = ModelManifest(in: folder) {
      files = try manifest.files.map { file in
        progress(file.name)
        let state = try check(folder.appending(path: file.name), size: file.size, .sha256(file.sha256))
        return ModelVerdict.File(name: file.name, state: state)
      }
    } else {
      files = try ModelFiles.names(in: folder).map { name in
        progress(name)
        let file = folder.appending(path: name)
        return ModelVerdict.File(name: name, state: try check(file, size: nil, HubCache.digest(of: file)))
      }
    }
    return ModelVerdict(files: files, problem: problem(of: folder))
  }

  private static func check(_ file: URL, size: Int?, _ digest: FileDigest?) throws -> ModelVerdict.State {
    guard let found = ModelFiles.size(of: file) else { return .missing }
    if let size, found != size { return .wrongSize(found: found, expected: size) }
    guard let digest else { return .unchecked }
    return try FileHash(of: file).matches(digest) ? .right : .wrongChecksum
  }

  private static func problem(of folder: URL) -> ModelError? {
    do throws(ModelError) {
      _ = try ModelSummary(folder: folder)
      return nil
    } catch {
      return error
    }
  }
}
