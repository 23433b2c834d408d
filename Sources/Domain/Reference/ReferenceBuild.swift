public import Foundation

/// The build that the copilot's index is of.
public struct ReferenceBuild: Sendable, Equatable {
  /// Rises with every change of the index.
  public let version: Int
  public let builtAt: Date
  /// The embedding model; `none` where the index has words alone.
  public let model: String
  public let chunks: Int
  /// Words in all chunks together.
  public let terms: Int

  public init(version: Int, builtAt: Date, model: String, chunks: Int, terms: Int) {
    self.version = version
    self.builtAt = builtAt
    self.model = model
    self.chunks = chunks
    self.terms = terms
  }
}

/// What a build changed.
public struct ReferenceTally: Sendable, Equatable {
  public var added = 0
  public var changed = 0
  public var unchanged = 0
  public var removed = 0

  public init() {}

  public var total: Int { added + changed + unchanged }
}

/// What ranking reads of a chunk.
public struct ReferenceRow: Sendable {
  public let number: Int64
  public let source: ReferenceSource
  public let account: String
  public let rep: String
  public let region: String
  public let terms: ChunkTerms

  public init(
    number: Int64, source: ReferenceSource, account: String, rep: String, region: String, terms: ChunkTerms
  ) {
    self.number = number
    self.source = source
    self.account = account
    self.rep = rep
    self.region = region
    self.terms = terms
  }
}
