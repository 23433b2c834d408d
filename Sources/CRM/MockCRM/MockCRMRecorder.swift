public import Foundation

/// One payload that the mock CRM took.
public struct MockCRMRecord: Sendable, Equatable {
  public let idempotencyKey: String?
  public let receivedAt: Date
  /// The JSON body as it came.
  public let payload: Data
}

/// What the mock CRM knows: how often it still has to fail, and what it took.
actor MockCRMRecorder {
  /// What to answer to a push.
  enum Answer: Sendable, Equatable {
    case failure
    case notJSON
    case taken(isReplay: Bool, body: Data)
  }

  private(set) var records: [MockCRMRecord] = []
  private var failuresLeft: Int
  private var bodiesByKey: [String: Data] = [:]

  init(failures: Int) {
    failuresLeft = failures
  }

  /// Fails while it has to; afterwards takes each idempotency key once and repeats its answer to further tries.
  func receive(_ body: Data, idempotencyKey key: String?, at date: Date) -> Answer {
    if failuresLeft > 0 {
      failuresLeft -= 1
      return .failure
    }
    if let key, let known = bodiesByKey[key] { return .taken(isReplay: true, body: known) }
    guard (try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed)) != nil else { return .notJSON }
    records.append(MockCRMRecord(idempotencyKey: key, receivedAt: date, payload: body))
    if let key { bodiesByKey[key] = body }
    return .taken(isReplay: false, body: body)
  }
}
