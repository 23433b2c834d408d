import Crypto
public import Foundation
package import NIOSSL
import SwiftASN1
import X509

/// What is wrong with a file of TLS. Facts only; the words for people are the caller's.
public struct TLSFault: Error, Equatable, Sendable {
  public enum Problem: Equatable, Sendable {
    case unreadable, notACertificate, notAKey
    case expired(Date)
    /// The key is not the certificate's.
    case keyOfAnother(certificate: String)
  }

  public let path: String
  public let problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }
}

/// A certificate and its key, as PEM files.
public struct TLSFiles: Sendable, Equatable {
  /// The server's certificate first, then those that signed it.
  public let certificate: String
  public let key: String

  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// What serves with them: TLS 1.2 and 1.3.
  /// - Throws: ``TLSFault`` that says which file is wrong and how.
  package func configuration(now: Date) throws -> TLSConfiguration {
    let chain = try certificates(now: now)
    let key = try privateKey()
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    do {
      _ = try NIOSSLContext(configuration: configuration)
    } catch {
      throw TLSFault(path: self.key, problem: .keyOfAnother(certificate: certificate))
    }
    return configuration
  }

  private func certificates(now: Date) throws -> [NIOSSLCertificate] {
    let text = try read(certificate)
    guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8)), !chain.isEmpty else {
      throw TLSFault(path: certificate, problem: .notACertificate)
    }
    if let own = try? Certificate(pemEncoded: firstBlock(text)), own.notValidAfter < now {
      throw TLSFault(path: certificate, problem: .expired(own.notValidAfter))
    }
    return chain
  }

  private func privateKey() throws -> NIOSSLPrivateKey {
    let text = try read(key)
    do {
      return try NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem)
    } catch {
      throw TLSFault(path: key, problem: .notAKey)
    }
  }

  private func read(_ path: String) throws -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw TLSFault(path: path, problem: .unreadable)
    }
  }

  private func firstBlock(_ text: String) -> String {
    let end = "-----END CERTIFICATE-----"
    return text.range(of: end).map { String(text[..<$0.upperBound]) } ?? text
  }
}
