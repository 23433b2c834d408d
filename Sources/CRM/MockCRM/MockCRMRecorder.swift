public import Foundation

/// One payload that the mock CRM took.
public struct MockCRMRecord: Sendable, Equatable {
  public let idempotencyKey: String?
  public let receivedAt: Date
  /// The JSON body as it came.
  public let payload: Data
}

/// How often what came to the mock CRM.
public struct MockCRMCounts: Sendable, Equatable, Codable {
  /// Pushes of any outcome.
  public var pushes = 0
  /// Pushes taken for the first time.
  public var recorded = 0
  /// Pushes whose idempotency key had been taken before.
  public var duplicates = 0
  /// Pushes refused because their signature was missing or wrong.
  public var badSignatures = 0

  enum CodingKeys: String, CodingKey {
    case pushes, recorded, duplicates
    case badSignatures = "bad_signatures"
  }
}

/// What the mock CRM knows: how often it still has to fail, and what it took.
actor MockCRMRecorder {
  /// What to answer to a push.
  enum Answer: Sendable, Equatable {
    case failure
    case badSignature
    case notJSON
    case taken(isReplay: Bool, body: Data)
  }

  private(set) var records: [MockCRMRecord] = []
  private(set) var counts = MockCRMCounts()
  private var failuresLeft: Int
  private var bodiesByKey: [String: Data] = [:]

  init(failures: Int) {
    failuresLeft = failures
  }

  /// Fails while it has to; afterwards takes each idempotency key once and repeats its answer to further tries.
  func receive(_ body: Data, idempotencyKey key: String?, isSigned: Bool, at date: Date) -> Answer {
    counts.pushes += 1
    if !isSigned {
      counts.badSignatures += 1
      return .badSignature
    }
    if failuresLeft > 0 {
      failuresLeft -= 1
      return .failure
    }
    if let key, let known = bodiesByKey[key] {
      counts.duplicates += 1
      return .taken(isReplay: true, body: known)
    }
    guard (try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed)) != nil else { return .notJSON }
    counts.recorded += 1
    records.append(MockCRMRecord(idempotencyKey: key, receivedAt: date, payload: body))
    if let key { bodiesByKey[key] = body }
    return .taken(isReplay: false, body: body)
  }
}
