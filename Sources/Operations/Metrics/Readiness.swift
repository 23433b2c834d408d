import Domain
public import Foundation
public import Storage

/// Whether recordings and notes are accepted here.
public struct Readiness: Sendable, Equatable {
  /// Where the worker stands.
  public enum Worker: String, Sendable {
    /// None is to run here: that is ready.
    case off
    /// Its engine is loaded, and it gives signs.
    case warm
    /// It is to run and gives no sign.
    case silent
  }

  /// What keeps the store from taking something in, nil where nothing does.
  public let storeTrouble: String?
  public let worker: Worker

  public var isReady: Bool { storeTrouble == nil && worker != .silent }

  public init(_ store: FieldStore, workerEnabled: Bool, now: Date) {
    var trouble: String?
    var sign: Date?
    do {
      try store.proveWritable()
      sign = try store.leases.lastSign()
    } catch {
      trouble = "the store can't be written"
    }
    storeTrouble = trouble
    let isAlive = sign.map { abs(now.timeIntervalSince($0)) < Thresholds.signSeconds } ?? false
    worker = workerEnabled ? (isAlive ? .warm : .silent) : .off
  }
}
