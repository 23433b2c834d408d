import Foundation

extension ChatEndpoint {
  /// Most bytes of an answer that are read: 1 MiB.
  static let longest = 1 << 20

  /// Asks for an answer and hands its words over as they come. Servers that answer in one piece are understood, too.
  /// - Throws: ``ChatError``; ``ChatError/unusable`` also where the answer broke off: what came before stands as handed
  ///   over. `CancellationError`, or what `use` throws.
  public func stream(_ messages: [ChatMessage], _ use: @escaping @Sendable (String) async throws -> Void) async throws {
    let body = try JSONEncoder().encode(StreamAsk(model: model, messages: messages, stream: true, temperature: 0.2))
    let poster = StreamingPoster(connect: min(.seconds(3), timeout), idle: timeout)
    do {
      try await poster.post(url, headers: headers(accept: "text/event-stream"), body: body, timeout: timeout * 3) {
        try await Self.read($0, use)
      }
    } catch let error as EndpointError {
      await poster.shutdown()
      if case .connectionLost = error { throw ChatError.unusable }
      throw ChatError.noAnswer
    } catch {
      await poster.shutdown()
      throw error
    }
    await poster.shutdown()
  }

  private static func read(_ answer: HTTPStream, _ use: @Sendable (String) async throws -> Void) async throws {
    try check(status: answer.status)
    let isPlain = answer.headers["content-type"]?.contains("application/json") == true
    var (events, count, isWhole) = (ServerEvents(), 0, false)
    var plain = Data()
    var pieces = answer.pieces()
    while !isWhole, let piece = try await pieces.next() {
      count += piece.count
      if count > longest { throw ChatError.unusable }
      if isPlain {
        plain += piece
        continue
      }
      for data in events.take(piece) {
        if data == "[DONE]" {
          isWhole = true
          break
        }
        guard let delta = try? JSONDecoder().decode(Delta.self, from: Data(data.utf8)), delta.error == nil else {
          throw ChatError.unusable
        }
        let choice = delta.choices?.first
        if let words = choice?.delta?.content, !words.isEmpty { try await use(words) }
        if choice?.finish_reason != nil { isWhole = true }
      }
    }
    if isPlain { return try await use(try words(of: plain)) }
    if !isWhole { throw ChatError.unusable }
  }

  private struct StreamAsk: Encodable {
    let model: String
    let messages: [ChatMessage]
    let stream: Bool
    let temperature: Double
  }

  private struct Delta: Decodable {
    struct Choice: Decodable {
      struct Part: Decodable { let content: String? }
      let delta: Part?
      let finish_reason: String?
    }
    struct Failure: Decodable {}
    let choices: [Choice]?
    let error: Failure?
  }
}

/// The `data` of server-sent events (WHATWG HTML, 9.2), from bytes as they come.
struct ServerEvents {
  private var rest: [UInt8] = []

  mutating func take(_ bytes: Data) -> [String] {
    rest += bytes
    var found: [String] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      var line = rest[..<end]
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      if line.starts(with: "data:".utf8) {
        let text = String(decoding: line.dropFirst(5), as: UTF8.self)
        found.append(text.hasPrefix(" ") ? String(text.dropFirst()) : text)
      }
      rest.removeSubrange(...end)
    }
    return found
  }
}
