public import Foundation

/// What keeps the cockpit from serving. Facts only; the words for people are the caller's.
public enum CockpitError: Error, Equatable {
  /// What is wrong with a file of TLS.
  public enum TLSProblem: Equatable, Sendable {
    case unreadable, notACertificate, notAKey
    case expired(Date)
    /// The key is not the certificate's.
    case keyOfAnother(certificate: String)
  }

  /// What keeps a certificate from being made.
  public enum CertificateProblem: Equatable, Sendable {
    case badName(String)
    case unwritable(path: String)
  }

  case portTaken(host: String, port: Int)
  case cannotListen(host: String, port: Int, reason: String)
  case tls(path: String, problem: TLSProblem)
  case certificate(CertificateProblem)
  /// A file that ships with the program is missing or damaged.
  case resource(String)
}
