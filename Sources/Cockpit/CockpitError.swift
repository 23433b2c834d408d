/// What keeps the cockpit from serving. Facts only; the words for people are the caller's.
public enum CockpitError: Error, Equatable {
  /// What keeps a certificate from being made.
  public enum CertificateProblem: Equatable, Sendable {
    case badName(String)
    case unwritable(path: String)
  }

  case portTaken(host: String, port: Int)
  case cannotListen(host: String, port: Int, reason: String)
  case certificate(CertificateProblem)
  /// A file that ships with the program is missing or damaged.
  case resource(String)
}
