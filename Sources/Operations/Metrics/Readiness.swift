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

  /// - Parameter storeTrouble: what ``trouble(writing:)`` said, now or a moment ago.
  public init(_ store: FieldStore, storeTrouble trouble: String?, workerEnabled: Bool, now: Date) {
    var trouble = trouble
    var sign: Date?
    do { sign = try store.signs.last() } catch { trouble = Self.unwritable }
    storeTrouble = trouble
    let isAlive = sign.map { abs(now.timeIntervalSince($0)) < Thresholds.signSeconds } ?? false
    worker = workerEnabled ? (isAlive ? .warm : .silent) : .off
  }

  /// Tries the store with a write that is on disk when this returns; nil where that goes well.
  public static func trouble(writing store: FieldStore) -> String? {
    (try? store.proveWritable()) == nil ? unwritable : nil
  }

  private static let unwritable = "the store can't be written"
}
