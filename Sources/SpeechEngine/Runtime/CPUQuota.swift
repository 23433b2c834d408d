import Foundation

/// How many cores' worth of time a Linux control group grants, whatever the number of cores that the machine has: threads that
/// wait hot beyond it use up the time of those that work.
package enum CPUQuota {
  /// Cores that the groups of this process grant, nil without a limit. Read once: a limit that changes later is not seen.
  static let current: Double? = cores(
    membership: text(URL(filePath: "/proc/self/cgroup")) ?? "",
    read: { path in text(URL(filePath: "/sys/fs/cgroup").appending(path: path)) })

  /// The threads that `cores` cores and a quota are good for: whole cores, at least one.
  package static func threads(cores: Int, quota: Double?) -> Int {
    guard let quota, quota < Double(cores) else { return max(1, cores) }
    return max(1, Int(quota))
  }

  /// The smallest quota of the process's groups and all above them, in cores. A container sees its own group at the root,
  /// whatever path its membership names.
  /// - Parameters:
  ///   - membership: what `/proc/self/cgroup` holds: lines of `hierarchy:controllers:path`, without controllers for version 2.
  ///   - read: the text of a file below the groups' mount point, nil where there is none.
  package static func cores(membership: String, read: (String) -> String?) -> Double? {
    let quotas = membership.split(separator: "\n").flatMap { line -> [Double] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let groups = ancestry(of: fields[2])
      if fields[1].isEmpty { return groups.compactMap { read($0 + "cpu.max").flatMap(version2) } }
      guard fields[1].split(separator: ",").contains("cpu") else { return [] }
      return groups.compactMap { version1(String(fields[1]), $0, read) }
    }
    return quotas.min()
  }

  /// `""`, `a/`, `a/b/` of `/a/b`.
  private static func ancestry(of path: Substring) -> [String] {
    var groups = [""]
    for name in path.split(separator: "/") where name != ".." { groups.append((groups.last ?? "") + name + "/") }
    return groups
  }

  /// `max 100000` or `150000 100000`: microseconds in each period of so many.
  private static func version2(_ text: String) -> Double? {
    let fields = text.split(whereSeparator: \.isWhitespace)
    return fields.count == 2 ? ratio(Int(fields[0]), Int(fields[1])) : nil
  }

  /// The controllers' names are the folder's; -1 is no limit.
  private static func version1(_ controllers: String, _ group: String, _ read: (String) -> String?) -> Double? {
    let folder = controllers + "/" + group
    func number(_ name: String) -> Int? {
      read(folder + name).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    return ratio(number("cpu.cfs_quota_us"), number("cpu.cfs_period_us"))
  }

  private static func ratio(_ quota: Int?, _ period: Int?) -> Double? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return Double(quota) / Double(period)
  }

  private static func text(_ url: URL) -> String? {
    (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) }
  }
}
