public import Foundation

/// How far the erasure of a person has come. It is begun again from the state that its row has.
public enum ErasureState: String, Sendable, Equatable, CaseIterable {
  /// Told and durable; nothing is removed yet.
  case planned
  /// The rows are gone; files and views follow.
  case removing
  /// Everything is removed; the database is written anew, then the data folder is searched.
  case proving
  /// Nothing was found.
  case done
  /// Something was found that should be gone. It can be tried again.
  case failed
}

/// That somebody was erased, and how it ended: counts and hashes, nothing of who it was.
public struct Erasure: Sendable, Equatable, Identifiable {
  public let id: ID<Erasure>
  /// Who asked for it.
  public let ownerID: ID<Owner>
  public let at: Date
  public let state: ErasureState
  /// What was removed: how many of each, by the name of its table, and `files`.
  public let removed: [String: Int]
  /// nil until the folder was searched.
  public let proof: ErasureProof?

  public init(
    id: ID<Erasure>, ownerID: ID<Owner>, at: Date, state: ErasureState, removed: [String: Int], proof: ErasureProof?
  ) {
    self.id = id
    self.ownerID = ownerID
    self.at = at
    self.state = state
    self.removed = removed
    self.proof = proof
  }
}

/// What a search of every byte of the data folder found, in numbers.
public struct ErasureProof: Sendable, Equatable, Codable {
  /// Files that were read to their end.
  public var files = 0
  public var bytes = 0
  /// Different things that were looked for: names, addresses, identifiers, pieces of recordings.
  public var needles = 0
  /// Needles of fewer than 5 bytes, which any file may hold by chance: looked for in no file.
  public var short = 0
  /// Places that should not be there.
  public var residue = 0
  /// Rows of somebody else that hold the words, such as a note about another person that mentions this one.
  public var mentions = 0
  /// Backups that still hold something.
  public var backups = 0
  /// Files that FieldOS does not write and that hold something.
  public var foreign = 0
  /// Files that could not be looked into.
  public var unreadable = 0

  public init() {}

  /// Whether nothing is left where nothing may be.
  public var holds: Bool { residue == 0 }
}
