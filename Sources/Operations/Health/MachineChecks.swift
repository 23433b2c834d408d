public import Domain
public import Foundation

/// What can be checked about the machine. Facts are passed in, so that a test can break each of them.
public enum MachineChecks {
  /// Bytes below which the disk is too full to work.
  public static let leastFree = 200 << 20

  /// Whether recordings have room.
  /// - Parameter space: looks at the folder's disk.
  public static func disk(_ folder: URL, space: @escaping @Sendable (URL) -> DiskSpace? = DiskSpace.of) -> HealthCheck {
    HealthCheck(name: "disk") {
      guard let space = space(folder) else { return HealthVerdict(.warning, detail: "the disk does not say its size") }
      let detail = "\(space.free >> 20) MiB free (\(Int(space.share * 100)) %)"
      let remedy = "make room, or shorten FIELDOS_AUDIO_TTL_HOURS; see what goes: fieldos retention --dry-run"
      if space.free < leastFree { return HealthVerdict(.failure, detail: detail, remedy: remedy) }
      if space.isLow { return HealthVerdict(.warning, detail: detail, remedy: remedy) }
      return HealthVerdict(.ok, detail: detail)
    }
  }

  /// Whether the model fits.
  /// - Parameters:
  ///   - needed: bytes that the model takes while it works.
  ///   - available: bytes that are free, nil where the machine does not say.
  public static func memory(needed: Int, available: Int?) -> HealthVerdict {
    let need = "the model takes about \(needed >> 20) MiB"
    guard let available else { return HealthVerdict(.ok, detail: need) }
    let detail = "\(need), \(available >> 20) MiB are free"
    if available < needed {
      return HealthVerdict(
        .failure, detail: detail, remedy: "end other programs, or take a smaller model: FIELDOS_WHISPER_MODEL=base")
    }
    if available < needed * 3 / 2 {
      return HealthVerdict(.warning, detail: detail, remedy: "leave some more free, or take a smaller model")
    }
    return HealthVerdict(.ok, detail: detail)
  }

  /// Bytes of memory that are free to this process: the machine's, or its control group's where that is less. What a
  /// group holds of files, weights that are mapped included, makes room when it has to.
  /// - Parameter root: of the system's files.
  public static func availableMemory(root: URL = URL(filePath: "/")) -> Int? {
    /// The number in a file; or on its line that begins with this word.
    func number(_ path: String, of name: String? = nil) -> Int? {
      let text = (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
      let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
      guard let name else { return lines.first?.first.flatMap { Int($0) } }
      return lines.first { ($0.first ?? "") == name }.flatMap { $0.dropFirst().first }.flatMap { Int($0) }
    }
    let machine = number("proc/meminfo", of: "MemAvailable:").map { $0 << 10 }
    let group = number("sys/fs/cgroup/memory.max").map { limit in
      let files = ["inactive_file", "active_file"].compactMap { number("sys/fs/cgroup/memory.stat", of: $0) }
      return max(0, limit - max(0, (number("sys/fs/cgroup/memory.current") ?? 0) - files.reduce(0, +)))
    }
    return [machine, group].compactMap(\.self).min()
  }

  /// Whether others of this machine can read recordings.
  public static func permissions(_ folder: URL) -> HealthCheck {
    HealthCheck(name: "permissions") {
      var status = stat()
      guard stat(folder.path, &status) == 0 else {
        return HealthVerdict(.failure, detail: "\(folder.path) can't be looked at", remedy: "check who owns it")
      }
      guard access(folder.path, R_OK | W_OK | X_OK) == 0 else {
        return HealthVerdict(
          .failure, detail: "\(folder.path) can't be written", remedy: "check who owns it: ls -ld \(folder.path)")
      }
      guard status.st_mode & 0o077 == 0 else {
        return HealthVerdict(
          .warning, detail: "others on this machine can look into \(folder.path)",
          remedy: "chmod 700 \(folder.path)")
      }
      return HealthVerdict(.ok, detail: "the data folder is private")
    }
  }
}
