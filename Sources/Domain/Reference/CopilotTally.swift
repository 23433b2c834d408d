/// One question to the copilot, as it is counted.
public struct CopilotAsked: Sendable, Equatable {
  public let question: String
  /// The words came from somewhere else than was set: the endpoint failed, or a mode without one was chosen.
  public let isFallback: Bool
  public let isRefused: Bool
  public let isBrief: Bool
  /// Why the endpoint did not answer.
  public let error: String?

  public init(question: String, isFallback: Bool, isRefused: Bool, isBrief: Bool, error: String?) {
    self.question = question
    self.isFallback = isFallback
    self.isRefused = isRefused
    self.isBrief = isBrief
    self.error = error
  }
}

/// How often the copilot was asked since the installation began.
public struct CopilotTally: Sendable, Equatable {
  public let requests: Int
  public let fallbacks: Int
  public let refusals: Int
  public let briefs: Int
  public let lastError: String?
  /// nil in privacy mode.
  public let lastQuery: String?
  /// 12 hex digits, in privacy mode only.
  public let lastHash: String?

  public init(
    requests: Int, fallbacks: Int, refusals: Int, briefs: Int, lastError: String?, lastQuery: String?,
    lastHash: String?
  ) {
    self.requests = requests
    self.fallbacks = fallbacks
    self.refusals = refusals
    self.briefs = briefs
    self.lastError = lastError
    self.lastQuery = lastQuery
    self.lastHash = lastHash
  }
}
