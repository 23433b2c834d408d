import Foundation

/// Why a chat endpoint gave no words. Facts only; the words for people are the caller's.
public enum ChatError: Error, Equatable, Sendable {
  /// The base address is none, or the key can't be a header.
  case invalidSettings(reason: String)
  /// No reply in time, or no connection.
  case noAnswer
  /// The endpoint does not accept the key.
  case keyRefused
  /// The endpoint asked to be left alone.
  case busy
  /// Any other status that is not 2xx.
  case refused(status: Int)
  /// A reply that was cut, is not what such endpoints answer, or has no words.
  case unusable
}

/// Asks an OpenAI-compatible endpoint for a completion: `POST <base>/chat/completions`.
public struct ChatEndpoint: Sendable {
  let url: URL
  private let address: APIAddress
  public private(set) var model: String
  let timeout: Duration

  /// - Parameters:
  ///   - baseURL: such as `https://api.openai.com/v1`.
  ///   - key: sent as a bearer token; nil for endpoints without keys.
  ///   - timeout: for everything from connecting to the last byte; an answer that comes in pieces may be silent for so
  ///     long, and take three times as long in all. Default 20 s.
  /// - Throws: ``ChatError/invalidSettings(reason:)``.
  public init(baseURL: String, key: String?, model: String, timeout: Duration = .seconds(20)) throws(ChatError) {
    try self.init(baseURL: baseURL, key: key, model: model, timeout: timeout, path: "chat/completions")
  }

  /// - Parameter path: below the base.
  init(baseURL: String, key: String?, model: String, timeout: Duration, path: String) throws(ChatError) {
    do {
      address = try APIAddress(baseURL, key: key)
    } catch {
      throw .invalidSettings(reason: error.reason)
    }
    url = address.base.appending(path: path)
    self.model = model
    self.timeout = timeout
  }

  func using(model: String) -> ChatEndpoint {
    var endpoint = self
    endpoint.model = model
    return endpoint
  }

  /// The endpoint's words, trimmed.
  /// - Throws: ``ChatError``, or `CancellationError`.
  public func complete(system: String, user: String) async throws -> String {
    let body = try JSONEncoder().encode(
      Ask(model: model, messages: [.init(role: "system", content: system), .init(role: "user", content: user)]))
    let poster = HTTPPoster(connectSeconds: min(3, timeout.components.seconds > 0 ? 3 : 0.5))
    let reply: HTTPReply
    do {
      reply = try await poster.post(url, headers: headers(accept: "application/json"), body: body, timeout: timeout)
    } catch is EndpointError {
      try? await poster.shutdown()
      throw ChatError.noAnswer
    } catch {
      try? await poster.shutdown()
      throw error
    }
    try? await poster.shutdown()
    return try Self.words(reply)
  }

  func headers(accept: String) -> [(name: String, value: String)] {
    [("Content-Type", "application/json"), ("Accept", accept)] + address.authorization
  }

  private static func words(_ reply: HTTPReply) throws -> String {
    try check(status: reply.status)
    if reply.bodyIsCut { throw ChatError.unusable }
    return try words(of: reply.body)
  }

  static func check(status: Int) throws(ChatError) {
    switch status {
    case 200...299: return
    case 401, 403: throw .keyRefused
    case 429: throw .busy
    default: throw .refused(status: status)
    }
  }

  static func words(of body: Data) throws(ChatError) -> String {
    guard let answer = try? JSONDecoder().decode(Answer.self, from: body),
      let words = answer.choices.first?.message.content?.trimmingCharacters(in: .whitespacesAndNewlines),
      !words.isEmpty
    else { throw ChatError.unusable }
    return words
  }

  private struct Ask: Encodable {
    struct Message: Encodable {
      let role: String
      let content: String
    }
    let model: String
    let messages: [Message]
  }

  private struct Answer: Decodable {
    struct Choice: Decodable {
      struct Message: Decodable { let content: String? }
      let message: Message
    }
    let choices: [Choice]
  }
}
