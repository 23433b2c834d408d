/// What is known of an account beside the CRM.
public struct AccountIntel: Sendable, Equatable {
  public struct Job: Sendable, Equatable {
    public let date: String
    public let summary: String
    /// In cents, nil where it was not told.
    public let value: Int?
  }
  public struct Quote: Sendable, Equatable {
    public let summary: String
    public let amount: Int?
    public let status: String
  }

  public let jobs: [Job]
  public let quotes: [Quote]
  public let promotions: [String]
  public let notes: [String]
  /// As the file has it, such as `2026-05-13` or `2026-05-13T06:00:00Z`.
  public let lastUpdated: String?

  public var isEmpty: Bool { jobs.isEmpty && quotes.isEmpty && promotions.isEmpty && notes.isEmpty }

  public static let file = "contact_intel.json"

  /// The account's entry of `contact_intel.json`, nil where it has none.
  public static func of(account: String, in files: HelperFiles) -> HelperReading<AccountIntel?> {
    switch files.content(file) {
    case .missing: return HelperReading(nil)
    case .trouble(let trouble): return HelperReading(nil, trouble: trouble)
    case .object(let accounts):
      let wanted = account.lowercased()
      guard !account.isEmpty,
        let value = accounts[account] ?? accounts.first(where: { $0.key.lowercased() == wanted })?.value
      else { return HelperReading(nil) }
      guard case .object(let fields) = value else { return HelperReading(nil, trouble: .damaged(file: file)) }
      return read(HelperObject(fields))
    }
  }

  private static func read(_ object: HelperObject) -> HelperReading<AccountIntel?> {
    var object = object
    var skipped = 0
    let jobs = object.objects("recent_jobs", limit: 20).compactMap { entry -> Job? in
      var entry = entry
      let (date, summary) = (entry.text("date", limit: 40) ?? "", entry.text("summary", limit: 200))
      let value = entry.cents("value")
      skipped += entry.skipped + (summary == nil ? 1 : 0)
      return summary.map { Job(date: date, summary: $0, value: value == 0 ? nil : value) }
    }
    let quotes = object.objects("open_quotes", limit: 20).map { entry in
      var entry = entry
      let quote = Quote(
        summary: entry.text("summary", limit: 200) ?? "Pending follow-up", amount: entry.cents("amount"),
        status: entry.text("status", limit: 80) ?? "")
      skipped += entry.skipped
      return quote
    }
    let intel = AccountIntel(
      jobs: jobs, quotes: quotes, promotions: object.texts("promotions", limit: 20),
      notes: object.texts("intel_notes", limit: 20), lastUpdated: object.text("last_updated", limit: 40))
    skipped += object.skipped
    return HelperReading(intel, trouble: skipped == 0 ? nil : .skipped(file: file, count: skipped))
  }
}
