import Foundation

/// What `/proc` says of processes.
enum ProcessTable {
  /// Whether it exists and is no zombie.
  static func isAlive(_ pid: Int32) -> Bool {
    guard let state = fields(of: pid)?.first else { return false }
    return state != "Z" && state != "X"
  }

  static func children(of parent: Int32) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.filter { fields(of: $0)?.dropFirst().first == "\(parent)" && isAlive($0) }
  }

  /// Whether it has a file of this name open.
  static func hasOpen(_ name: String, _ pid: Int32) -> Bool {
    let folder = "/proc/\(pid)/fd"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return numbers.contains { number in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + number))?.hasSuffix("/" + name) == true
    }
  }

  /// State, parent and so on: what follows the name's closing parenthesis.
  private static func fields(of pid: Int32) -> [String]? {
    guard let bytes = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/stat")) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self)
    guard let name = line.lastIndex(of: ")") else { return nil }
    return line[line.index(after: name)...].split(separator: " ").map(String.init)
  }
}
