import Domain
import Foundation
import Storage

/// The recordings of a person on disk.
struct EraseFiles {
  private static let sampleSize = 32
  /// Fewer different bytes are silence, or a pattern that other recordings have.
  private static let leastDifferent = 12

  let folder: URL
  let disk: ViewDisk

  /// The plan with a piece of each recording that tells it from others.
  func sampling(_ plan: ErasePlan) -> ErasePlan {
    var plan = plan
    for (index, sound) in plan.sounds.enumerated() where sound.sample.isEmpty && !sound.isShared {
      plan.sounds[index].sample = Self.sample(of: folder.appending(path: sound.path)) ?? ""
    }
    return plan
  }

  /// Removes files, and folders of parts with what is in them.
  /// - Returns: how many files there were.
  func remove(_ paths: [String]) throws -> Int {
    var count = 0
    for path in paths where Self.isBelow(path) {
      let file = folder.appending(path: path)
      for name in (try? FileManager.default.contentsOfDirectory(atPath: file.path)) ?? [] {
        try disk.remove(file.appending(path: name))
        count += 1
      }
      var status = stat()
      guard lstat(file.path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        guard rmdir(file.path) == 0 || errno == ENOENT else { throw StorageError(errno: errno, path: file.path) }
      } else {
        try disk.remove(file)
        count += 1
      }
      try FolderSync.sync(file.deletingLastPathComponent())
    }
    return count
  }

  /// A row's path never leads out of the data folder.
  private static func isBelow(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count == 2 && !parts.contains("..") && ["audio_cache", "recordings"].contains(parts[0])
  }

  /// 32 bytes from the middle on that are no silence, as hex digits; nil where there are none.
  static func sample(of file: URL) -> String? {
    guard let data = try? Data(contentsOf: file, options: .mappedIfSafe), data.count >= sampleSize else { return nil }
    let middle = data.startIndex + data.count / 2
    for start in [middle, data.startIndex] {
      for place in stride(from: start, through: data.endIndex - sampleSize, by: sampleSize) {
        let piece = data[place..<(place + sampleSize)]
        if Set(piece).count >= leastDifferent { return piece.hex }
      }
    }
    return nil
  }
}
