import Domain
import Foundation
import GRDB

extension ReferenceStore {
  /// A chunk whose words have no vector of a model yet.
  public struct Unembedded: Sendable {
    public let number: Int64
    public let text: String
  }

  /// Chunks without a vector of the model, behind a place.
  public func unembedded(model: String, after number: Int64, limit: Int) throws -> [Unembedded] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT number, title, content FROM reference_pieces
          WHERE number > ? AND vector_model IS NOT ? ORDER BY number LIMIT ?
          """,
        arguments: [number, model, limit]
      ).map { row in
        let (title, content): (String, String) = (row["title"], row["content"])
        return Unembedded(number: row["number"], text: title + "\n" + content)
      }
    }
  }

  /// Keeps vectors; all of a batch or none. Searches that hold vectors read them anew after ``tellOfVectors()``.
  public func setVectors(_ vectors: [(number: Int64, vector: [Float])], model: String) throws {
    try connection.write { db in
      let statement = try db.cachedStatement(
        sql: "UPDATE reference_chunks SET vector = ?, vector_model = ? WHERE number = ?")
      for (number, vector) in vectors {
        var data = Data(capacity: vector.count * 4)
        for value in vector { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
        try statement.execute(arguments: [data, model, number])
      }
    }
  }

  /// Makes the vectors that were kept a new version of the index: once a build, not once a batch.
  public func tellOfVectors() throws {
    try connection.write { db in try db.execute(sql: "UPDATE reference_build SET version = version + 1") }
  }
}
