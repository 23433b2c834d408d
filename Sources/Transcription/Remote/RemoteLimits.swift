/// How speech servers are asked.
public struct RemoteLimits: Sendable {
  /// Most bytes of one file. Default 26,214,400, as OpenAI has it.
  public var uploadBytes = 26_214_400
  /// Requests that this process has with one server at a time. Default 4.
  public var together = 4
  /// A request may take so long, and ``timeShare`` of its sound's length on top. Default 60 s.
  public var time = Duration.seconds(60)
  /// Seconds for each second of sound. Default 2.
  public var timeShare = 2.0
  /// A second server is asked after so long at the earliest. Default 2 s.
  public var hedge = Duration.seconds(2)
  /// While it is not known how long a server usually takes: after this share of the time that it may take. Default 0.25.
  public var hedgeShare = 0.25
  /// How long a server that failed is left out; doubles with each further failure. Default 1 s.
  public var pause = Duration.seconds(1)
  /// Longest pause. Default 60 s.
  public var longestPause = Duration.seconds(60)
  /// How long a recording waits for servers that asked to be left alone, where this machine could hear it itself. Default 30 s.
  public var waitWithFallback = Duration.seconds(30)
  /// How long a recording waits for a server where nobody else can hear it. Default 10 min.
  public var waitAlone = Duration.seconds(600)

  public init() {}

  func timeout(sound seconds: Double) -> Duration { time + .seconds(seconds * timeShare) }

  /// - Parameter usual: seconds within which the server nearly always answers; nil: not known.
  func hedge(sound seconds: Double, usual: Double?) -> Duration {
    max(hedge, usual.map { .seconds($0) } ?? timeout(sound: seconds) * hedgeShare)
  }
}
