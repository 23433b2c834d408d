/// How many times signing in may fail for one name or one address before it has to wait.
public struct SignInLimit: Sendable, Equatable {
  /// What is counted: a hash of the name, or an address.
  public let key: String
  /// So many failures in a row cost nothing.
  public let free: Int
  /// Whether a success forgives what was before it.
  public let forgives: Bool
  /// The first wait, in seconds; each further failure doubles it.
  public let first = 30
  /// The longest wait, in seconds.
  public let longest = 900
  /// Failures are remembered so long after the last, in seconds.
  public let memory = 3_600

  /// A name may fail 5 times.
  public static func name(_ hash: String) -> SignInLimit { SignInLimit(key: "name:" + hash, free: 5, forgives: true) }

  /// An address may fail 20 times: several people may share one.
  public static func address(_ address: String) -> SignInLimit {
    SignInLimit(key: "from:" + address, free: 20, forgives: false)
  }

  private init(key: String, free: Int, forgives: Bool) {
    self.key = key
    self.free = free
    self.forgives = forgives
  }

  /// How long to wait after so many failures, in seconds; nil for not at all.
  public func block(after failures: Int) -> Int? {
    guard failures >= free else { return nil }
    return min(longest, first << min(failures - free, 10))
  }
}
