public import Domain
import GRDB

/// Which queues people have paused. A paused queue is not claimed from; what runs is finished.
public struct QueueStore: Sendable {
  let connection: StoreConnection

  /// The queues that are paused. A name that this release doesn't know is a newer release's, and left out.
  public func paused() throws -> [QueuePause] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM paused_queues ORDER BY name").compactMap(QueuePause.init(row:))
    }
  }

  /// Pauses a queue.
  /// - Parameter person: who does it, as their system calls them.
  /// - Returns: false where it was paused already; who paused it first stays on record.
  @discardableResult
  public func pause(_ queue: QueueName, by person: String) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      try db.execute(
        sql: "INSERT INTO paused_queues (name, paused_at, paused_by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        arguments: [queue.rawValue, now, person])
      return try Self.record(db, "queue.paused", queue, by: person, at: now)
    }
  }

  /// Opens a paused queue again.
  /// - Returns: false where it was open.
  @discardableResult
  public func resume(_ queue: QueueName, by person: String) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      try db.execute(sql: "DELETE FROM paused_queues WHERE name = ?", arguments: [queue.rawValue])
      return try Self.record(db, "queue.resumed", queue, by: person, at: now)
    }
  }

  /// A condition for claims: true while the queue is not paused.
  static func isOpen(_ queue: QueueName) -> String {
    "NOT EXISTS (SELECT 1 FROM paused_queues WHERE name = '\(queue.rawValue)')"
  }

  /// Which of these kinds may be claimed in the running transaction.
  static func open(_ db: Database, _ kinds: [JobKind]) throws -> [JobKind] {
    let paused = Set(try String.fetchAll(db, sql: "SELECT name FROM paused_queues"))
    return kinds.filter { kind in kind.queue.map { !paused.contains($0.rawValue) } ?? true }
  }

  /// Writes the event of a change, where the statement before made one.
  private static func record(
    _ db: Database, _ kind: String, _ queue: QueueName, by person: String, at now: Int64
  ) throws -> Bool {
    guard db.changesCount == 1 else { return false }
    try EventStore.append(
      db, at: now, kind: kind, ownerID: Owner.local, subjectID: queue.rawValue, facts: ["by": person])
    return true
  }
}

extension QueuePause {
  fileprivate init?(row: Row) {
    guard let queue = QueueName(rawValue: row["name"]) else { return nil }
    self.init(queue: queue, since: row.date("paused_at"), by: row["paused_by"])
  }
}
