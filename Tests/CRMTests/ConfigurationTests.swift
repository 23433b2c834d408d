import CRM
import Endpoints
import Foundation
import Testing

@Suite("CRM configuration")
struct ConfigurationTests {
  @Test("the defaults are the documented ones")
  func defaults() throws {
    let configuration = try CRMConfiguration()
    #expect(configuration.endpoint.absoluteString == "http://localhost:8787/crm/push")
    #expect(configuration.apiKey == nil)
    #expect(configuration.timeoutSeconds == 5)
    #expect(configuration.maxAttempts == nil)
  }

  @Test(
    "an address that is not plain http or https is refused",
    arguments: [
      "", "crm.example", "ftp://crm.example/x", "file:///etc/passwd", "http://", "https://user:key@crm.example",
    ])
  func badEndpoints(endpoint: String) {
    #expect(throws: CRMConfigurationError.self) { try CRMConfiguration(endpoint: endpoint) }
  }

  @Test("a time-out that cannot be used is refused", arguments: [0, -1, 601, .nan, .infinity])
  func badTimeouts(seconds: Double) {
    #expect(throws: CRMConfigurationError.self) { try CRMConfiguration(timeoutSeconds: seconds) }
  }

  @Test("fewer than one attempt is refused")
  func badAttempts() {
    #expect(throws: CRMConfigurationError.maxAttempts(0)) { try CRMConfiguration(maxAttempts: 0) }
  }

  @Test("a key that would break out of its header is refused; an empty one is none")
  func keys() throws {
    #expect(throws: CRMConfigurationError.apiKeyNotHeaderSafe) { try CRMConfiguration(apiKey: "a\r\nX: y") }
    #expect(try CRMConfiguration(apiKey: "  ").apiKey == nil)
    #expect(try CRMConfiguration(apiKey: " key ").apiKey == "key")
  }

  @Test(
    "Retry-After is read as seconds and as each of HTTP's dates",
    arguments: [
      ("120", 120.0), (" 0 ", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sunday, 06-Nov-94 08:49:37 GMT", 37),
      ("Sun Nov  6 08:49:37 1994", 37), ("Sun, 06 Nov 1994 08:48:00 GMT", 0),
    ])
  func retryAfter(value: String, seconds: Double) {
    #expect(RetryAfter.seconds(value, now: Date(timeIntervalSince1970: 784_111_740)) == seconds)
  }

  @Test("a Retry-After that is neither is passed over", arguments: [nil, "", "soon", "-5", "1.5", "٣"])
  func badRetryAfter(value: String?) {
    #expect(RetryAfter.seconds(value, now: Date()) == nil)
  }
}
