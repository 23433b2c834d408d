import Domain
import Foundation
import Storage

/// The folder of one recording's chunks: `recordings/<id>/<number>.pcm`, in the data folder.
struct RecordingFolder {
  static let name = "recordings"
  let dataDirectory: URL
  let id: ID<Recording>

  var url: URL {
    dataDirectory.appending(path: Self.name).appending(path: id.rawValue, directoryHint: .isDirectory)
  }

  /// Path of a chunk relative to the data folder.
  func path(_ number: Int) -> String { "\(Self.name)/\(id)/\(number).pcm" }

  /// Makes the folder where it is missing, on disk before anything in it is.
  func prepare() throws {
    for folder in [url.deletingLastPathComponent(), url] {
      if mkdir(folder.path, 0o700) == 0 {
        try FolderSync.sync(folder.deletingLastPathComponent())
      } else if errno != EEXIST {
        throw StorageError(errno: errno, path: folder.path)
      }
    }
  }

  /// Removes the chunks of a recording that is a clip, and what a crash left beside them.
  func remove() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] {
      unlink(url.appending(path: name).path)
    }
    rmdir(url.path)
  }
}
