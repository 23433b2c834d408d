/// Why the mock CRM does not run.
public enum MockCRMError: Error, Equatable, Sendable {
  /// Another program listens there.
  case portTaken(host: String, port: Int)
  /// The address cannot be listened on.
  case cannotListen(host: String, port: Int, reason: String)
  /// It stopped, or failed, before it listened.
  case notRunning
}
