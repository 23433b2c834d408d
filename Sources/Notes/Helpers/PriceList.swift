import Foundation

/// What a service costs, of `pricing.json`.
public struct PriceList: Sendable, Equatable {
  /// Something sold on top of the service.
  public struct Upsell: Sendable, Equatable {
    public let name: String
    /// In cents, for one.
    public let price: Int

    public init(name: String, price: Int) {
      self.name = name
      self.price = price
    }
  }

  public let service: String
  /// In cents.
  public let basePrice: Int
  /// What the price is for, such as `season`; "" where it is not told.
  public let unit: String
  public let upsells: [Upsell]
  public let discount: Discount?
  public let lastUpdated: String?

  public init(
    service: String, basePrice: Int, unit: String = "", upsells: [Upsell] = [], discount: Discount? = nil,
    lastUpdated: String? = nil
  ) {
    self.service = service
    self.basePrice = basePrice
    self.unit = unit
    self.upsells = upsells
    self.discount = discount
    self.lastUpdated = lastUpdated
  }

  public static let file = "pricing.json"

  /// The prices of a service, or the default ones; nil where neither has a base price.
  public static func of(service: String, in files: HelperFiles) -> HelperReading<PriceList?> {
    switch files.content(file) {
    case .missing: return HelperReading(nil)
    case .trouble(let trouble): return HelperReading(nil, trouble: trouble)
    case .object(let services):
      guard let value = HelperService.find(service, in: services) else { return HelperReading(nil) }
      guard case .object(let fields) = value else { return HelperReading(nil, trouble: .damaged(file: file)) }
      return read(HelperObject(fields), service)
    }
  }

  private static func read(_ object: HelperObject, _ service: String) -> HelperReading<PriceList?> {
    var object = object
    var skipped = 0
    var upsells: [Upsell] = []
    for entry in object.objects("upsells", limit: 30) {
      var entry = entry
      if let name = entry.text("name", limit: 80), let price = entry.cents("price"),
        !upsells.contains(where: { $0.name == name })
      {
        upsells.append(Upsell(name: name, price: price))
      } else if entry.skipped == 0 {
        entry.skip()
      }
      skipped += entry.skipped
    }
    let base = object.cents("base_price")
    let list = base.map { price in
      PriceList(
        service: service.isEmpty ? "Service" : service, basePrice: price, unit: object.text("unit", limit: 40) ?? "",
        upsells: upsells, discount: object.text("discount", limit: 120).map { Discount($0) },
        lastUpdated: object.text("last_updated", limit: 40))
    }
    skipped += object.skipped
    return HelperReading(list, trouble: skipped == 0 ? nil : .skipped(file: file, count: skipped))
  }
}

/// A discount as the price list words it: a part of the sum, an amount, or words alone.
public struct Discount: Sendable, Equatable {
  public let words: String
  /// Hundredths of a percent, 1 to 10000; nil where the words name none.
  public let basisPoints: Int?
  /// In cents; nil where the words name none.
  public let cents: Int?

  /// - Parameter words: "5% off with a signature by 31 May", "$200 off".
  public init(_ words: String) {
    self.words = words
    let percent = words.firstMatch(of: /([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*(?:%|percent)/)
    let points = percent.flatMap { match -> Int? in
      guard let whole = Int(match.1) else { return nil }
      let part = match.2.map { Int($0.count == 1 ? $0 + "0" : $0) ?? 0 } ?? 0
      return (1...10_000).contains(whole * 100 + part) ? whole * 100 + part : nil
    }
    basisPoints = Self.isOffer(words) ? points : nil
    let amount = words.firstMatch(of: /\$\s*([0-9][0-9,]{0,10})(?:\.([0-9]{2}))?/)
    let value = amount.flatMap { match -> Int? in
      Int(match.1.replacing(",", with: "")).map { $0 * 100 + (match.2.map { Int($0) ?? 0 } ?? 0) }
    }
    cents = points == nil && Self.isOffer(words) ? value.flatMap { $0 > 0 ? $0 : nil } : nil
  }

  /// "15% off mulch" is of a part of the sum that nobody can tell from the words: only what is off the whole is counted.
  private static func isOffer(_ words: String) -> Bool {
    let lower = words.lowercased()
    guard let off = lower.firstRange(of: "off") else { return !lower.contains("held") }
    let rest = lower[off.upperBound...].trimmingCharacters(in: .whitespaces)
    let whole = [
      "", "with", "for", "if", "when", "until", "by", "the", "your", "all", "in", "on", ",", "(", ".", "before", "this",
    ]
    return whole.contains { rest == $0 || rest.hasPrefix($0 + " ") || ($0.count == 1 && rest.hasPrefix($0)) }
  }

  /// What it takes off a sum, in cents; a part is rounded half up.
  public func off(_ sum: Int) -> Int {
    if let basisPoints { return (sum * basisPoints + 5_000) / 10_000 }
    return min(sum, cents ?? 0)
  }

  /// Whether it changes a sum.
  public var counts: Bool { basisPoints != nil || cents != nil }
}
