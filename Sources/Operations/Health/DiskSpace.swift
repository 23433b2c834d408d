import Domain
public import Foundation

/// Room on the disk that holds a folder, in bytes.
public struct DiskSpace: Sendable, Equatable {
  /// What who runs FieldOS may still use.
  public let free: Int
  public let size: Int

  public init(free: Int, size: Int) {
    self.free = free
    self.size = size
  }

  /// - Returns: nil where the disk does not say.
  public static func of(_ folder: URL) -> DiskSpace? {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0 else { return nil }
    let block = Int(clamping: UInt64(status.f_frsize))
    let (free, freeOverflow) = Int(clamping: UInt64(status.f_bavail)).multipliedReportingOverflow(by: block)
    let (size, sizeOverflow) = Int(clamping: UInt64(status.f_blocks)).multipliedReportingOverflow(by: block)
    return freeOverflow || sizeOverflow ? nil : DiskSpace(free: free, size: size)
  }

  /// Less than a tenth, and less than 10 GiB: a tenth of a large disk is plenty.
  public var isLow: Bool { share < Thresholds.diskFree && free < 10 << 30 }

  /// 0...1
  public var share: Double { size > 0 ? Double(free) / Double(size) : 0 }
}
