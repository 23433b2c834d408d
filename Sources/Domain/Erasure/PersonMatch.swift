/// Whether a note that names no contact of ours is about a person, by what it says of its contact.
public struct PersonMatch: Sendable {
  let subject: ErasePlan.Subject
  /// Names of everybody else, folded.
  let otherNames: Set<String>
  /// Accounts of others of the same name, folded.
  let namesakes: Set<String>

  /// - Parameter others: everybody else, with the name of the account.
  public init(_ subject: ErasePlan.Subject, others: [(name: String, account: String)]) {
    self.subject = subject
    otherNames = Set(others.map { Self.fold($0.name) })
    let name = Self.fold(subject.facts.name)
    namesakes = Set(others.filter { Self.fold($0.name) == name }.map { Self.fold($0.account) })
  }

  /// E-mail or phone say so where the name doesn't say another; a name alone does where no e-mail speaks against it, and
  /// nobody else is called so there.
  public func isMine(name: String, email: String = "", phone: String = "", account: String = "") -> Bool {
    let (named, own) = (Self.fold(name), Self.fold(subject.facts.name))
    let mail = Self.fold(email)
    let isNamed = !named.isEmpty && named == own
    if !isNamed, !named.isEmpty, otherNames.contains(named) { return false }
    if !mail.isEmpty, !Self.fold(subject.facts.email).isEmpty {
      if mail == Self.fold(subject.facts.email) { return true }
      if isNamed, !namesakes.isEmpty { return false }
    }
    if !isNamed { return Self.isSamePhone(phone, subject.facts.phone) || isOwnAccount(named, account) }
    let place = Self.fold(account)
    return place.isEmpty || place == Self.fold(subject.account?.name ?? "") || namesakes.isEmpty
  }

  /// Without another contact's name, a note about an account of one is about that one.
  private func isOwnAccount(_ named: String, _ account: String) -> Bool {
    guard named.isEmpty, let place = subject.account, place.goes else { return false }
    return Self.fold(account) == Self.fold(place.name)
  }

  /// Letters in one case, white space at the ends left out.
  public static func fold(_ text: String) -> String {
    let bare = text.drop { $0.isWhitespace }
    return String(bare.reversed().drop { $0.isWhitespace }.reversed()).lowercased()
  }

  /// Whether somebody typed a name as they see it: white space and control characters don't count.
  public static func isTyped(_ typed: String, for name: String) -> Bool { oneLine(typed) == oneLine(name) }

  private static func oneLine(_ text: String) -> String {
    let parts = text.lowercased().split { character in
      character.isWhitespace || character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }
    }
    return parts.joined(separator: " ")
  }

  /// At least 7 digits, the same from the end.
  static func isSamePhone(_ one: String, _ other: String) -> Bool {
    let (a, b) = (digits(one), digits(other))
    let count = min(a.count, b.count)
    return count >= 7 && a.suffix(count) == b.suffix(count)
  }

  static func digits(_ text: String) -> String { text.filter { $0.isASCII && $0.isNumber } }
}
