import Domain
import Storage

/// What a question can be narrowed to, and what it is.
struct AskNarrow: Sendable {
  struct Choice: Sendable {
    let name: String
    let isChosen: Bool
  }

  /// Most accounts that a field proposes; others may be typed.
  private static let most = 500

  let isOpen: Bool
  let account: String
  let accounts: [String]
  let reps: [Choice]
  let regions: [Choice]

  static func places(_ services: CockpitServices) throws -> ReferencePlaces {
    try services.store.references.places(accounts: most)
  }

  init(_ places: ReferencePlaces, _ filter: ReferenceFilter) {
    isOpen = !filter.isEmpty
    account = filter.account ?? ""
    accounts = places.accounts
    reps = places.reps.map { Choice(name: $0, isChosen: $0 == filter.rep) }
    regions = places.regions.map { Choice(name: $0, isChosen: $0 == filter.region) }
  }
}
