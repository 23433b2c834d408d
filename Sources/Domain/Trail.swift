public import Foundation

/// Where a note is: four stops, each filled only once somebody has it durably. Pure; the words are the page's.
public struct Trail: Sendable, Equatable {
  public enum Place: String, Sendable, CaseIterable {
    case phone, server, words, crm
  }

  public enum State: String, Sendable {
    case done, now
    /// Refused, or given up.
    case bad
    /// Not reached.
    case ahead
  }

  /// Why a stop is not behind the note yet.
  public enum Reason: Sendable, Equatable {
    /// The recording goes on, or its parts are still coming.
    case recording
    /// Nothing was written yet.
    case empty
    /// Words will be heard when it is its turn, or are being heard.
    case waits, works
    /// The recording's words were given up, or withdrawn.
    case noWords, stopped
    /// This server makes no words.
    case off
    /// Nobody has saved it for the CRM.
    case notSent
    case queued, sending
    case retry(at: Date?)
    case offline, kept
    case refused(code: Int?)
  }

  public struct Stop: Sendable, Equatable {
    public let place: Place
    public let state: State
    /// When it came here, or since when it waits; nil where it did not.
    public let at: Date?
    public let reason: Reason?

    public init(_ place: Place, _ state: State, at: Date? = nil, _ reason: Reason? = nil) {
      self.place = place
      self.state = state
      self.at = at
      self.reason = reason
    }
  }

  /// Phone, server, words, CRM.
  public let stops: [Stop]

  /// - Parameter makesTranscripts: whether words are made here.
  public init(_ facts: NoteFacts, makesTranscripts: Bool = true) {
    let words = Self.words(facts, makesTranscripts)
    stops = [Self.phone(facts), Self.server(facts), words, Self.crm(facts, words)]
  }

  /// The stop of a place.
  public subscript(_ place: Place) -> Stop { stops.first { $0.place == place } ?? Stop(place, .ahead) }

  private static func isComing(_ facts: NoteFacts) -> Bool { facts.sound == nil && facts.draft.recordingID != nil }

  private static func phone(_ facts: NoteFacts) -> Stop {
    isComing(facts)
      ? Stop(.phone, .now, at: facts.draft.createdAt, .recording) : Stop(.phone, .done, at: facts.draft.createdAt)
  }

  private static func server(_ facts: NoteFacts) -> Stop {
    if let sound = facts.sound { return Stop(.server, .done, at: sound.takenInAt) }
    return isComing(facts) ? Stop(.server, .ahead) : Stop(.server, .done, at: facts.draft.createdAt)
  }

  private static func words(_ facts: NoteFacts, _ makesTranscripts: Bool) -> Stop {
    if let wordsAt = facts.wordsAt { return Stop(.words, .done, at: wordsAt) }
    guard facts.sound != nil else {
      if isComing(facts) { return Stop(.words, .ahead) }
      return facts.draft.version > 0 || facts.delivery != nil
        ? Stop(.words, .done, at: facts.draft.updatedAt) : Stop(.words, .now, .empty)
    }
    switch facts.work?.state {
    case .dead: return Stop(.words, .bad, at: facts.work?.since, .noWords)
    case .cancelled: return Stop(.words, .bad, at: facts.work?.since, .stopped)
    case .running: return Stop(.words, .now, at: facts.work?.since, .works)
    default: return makesTranscripts ? Stop(.words, .now, .waits) : Stop(.words, .ahead, .off)
    }
  }

  private static func crm(_ facts: NoteFacts, _ words: Stop) -> Stop {
    guard let delivery = facts.delivery else {
      return words.state == .done ? Stop(.crm, .now, .notSent) : Stop(.crm, .ahead)
    }
    let at = delivery.timestamp
    return switch delivery.state {
    case .queued: Stop(.crm, .now, at: at, .queued)
    case .sending: Stop(.crm, .now, at: at, .sending)
    case .synced: Stop(.crm, .done, at: at)
    case .retrying: Stop(.crm, .now, at: at, .retry(at: facts.nextAttemptAt))
    case .cached: Stop(.crm, .now, at: at, delivery.heldOffline ? .offline : .kept)
    case .failed: Stop(.crm, .bad, at: at, .refused(code: delivery.responseCode))
    case .superseded: Stop(.crm, .now, .notSent)
    }
  }
}
