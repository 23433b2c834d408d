public import Domain
import Foundation
import GRDB

/// How loud each recording is over its length, made once.
public struct WaveStore: Sendable {
  let connection: StoreConnection

  /// The bars of a clip, nil until they were made.
  public func find(_ clipID: ID<Clip>) throws -> ClipWave? {
    try connection.read { db in
      try Row.fetchOne(
        db, sql: "SELECT seconds, bars FROM clip_waves WHERE clip_id = ?", arguments: [clipID.rawValue]
      ).map { row in
        let bars: Data = row["bars"]
        return ClipWave(seconds: row["seconds"], bars: Array(bars))
      }
    }
  }

  /// Keeps the bars of a clip; the first to come stay.
  public func save(_ wave: ClipWave, of clip: Clip) throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: """
          INSERT INTO clip_waves (clip_id, owner_id, seconds, bars, made_at) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (clip_id) DO NOTHING
          """,
        arguments: [clip.id.rawValue, clip.ownerID.rawValue, wave.seconds, Data(wave.bars), now])
    }
  }
}
