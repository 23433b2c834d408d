/// Lines beyond which an operator is warned; the prototype's where it had one.
public enum Thresholds {
  /// More notes or jobs than this in a queue are a backlog.
  public static let queueDepth = 3
  /// Transcription succeeds less often: something is wrong.
  public static let workerSuccess = 0.8
  /// Notes reach the CRM less often: something is wrong.
  public static let crmSuccess = 0.9
  /// Seconds that a note may wait.
  public static let oldestSeconds = 900.0
  /// Share of the disk that should be free.
  public static let diskFree = 0.1
  /// Seconds after which a worker that gives no sign is taken for gone.
  public static let signSeconds = 45.0
}
