import Foundation

/// What a search of the references is narrowed to. Chunks that name none stay in.
public struct ReferenceFilter: Sendable, Equatable {
  public var account: String?
  public var rep: String?
  public var region: String?

  public init(account: String? = nil, rep: String? = nil, region: String? = nil) {
    self.account = account
    self.rep = rep
    self.region = region
  }

  public var isEmpty: Bool { [account, rep, region].allSatisfy { $0?.isEmpty ?? true } }

  /// Whether a chunk of these may be found; empty for one that names none.
  public func lets(account ofAccount: String, rep ofRep: String, region ofRegion: String) -> Bool {
    func fits(_ wanted: String?, _ own: String) -> Bool {
      guard let wanted, !wanted.isEmpty, !own.isEmpty else { return true }
      return wanted.caseInsensitiveCompare(own) == .orderedSame
    }
    return fits(account, ofAccount) && fits(rep, ofRep) && fits(region, ofRegion)
  }
}

/// What a search can be narrowed to: names that chunks have, in order.
public struct ReferencePlaces: Sendable, Equatable, Encodable {
  public let accounts: [String]
  public let reps: [String]
  public let regions: [String]

  public init(accounts: [String], reps: [String], regions: [String]) {
    self.accounts = accounts
    self.reps = reps
    self.regions = regions
  }
}
