import Foundation

/// Asks an OpenAI-compatible endpoint for the vectors of texts: `POST <base>/embeddings`.
public struct EmbeddingEndpoint: Sendable {
  /// Most bytes of a reply that are read: 32 MiB.
  private static let longest = 32 << 20

  private let base: ChatEndpoint
  public var model: String { base.model }

  /// - Parameter timeout: for everything from connecting to the last byte; default 20 s.
  /// - Throws: ``ChatError/invalidSettings(reason:)``.
  public init(baseURL: String, key: String?, model: String, timeout: Duration = .seconds(20)) throws(ChatError) {
    base = try ChatEndpoint(baseURL: baseURL, key: key, model: model, timeout: timeout, path: "embeddings")
  }

  private init(_ base: ChatEndpoint) { self.base = base }

  /// The same endpoint with another model.
  public func using(model: String) -> EmbeddingEndpoint { EmbeddingEndpoint(base.using(model: model)) }

  /// A vector for each text, in their order, all of one width.
  /// - Throws: ``ChatError``, or `CancellationError`.
  public func vectors(_ texts: [String]) async throws -> [[Float]] {
    let body = try JSONEncoder().encode(Ask(model: model, input: texts.map { String($0.prefix(8_000)) }))
    let poster = StreamingPoster(connect: min(.seconds(3), base.timeout), idle: base.timeout)
    let data: Data?
    do {
      data = try await poster.post(
        base.url, headers: base.headers(accept: "application/json"), body: body, timeout: base.timeout
      ) { [patience = base.timeout] answer in
        try ChatEndpoint.check(status: answer.status)
        return try await answer.collect(limit: Self.longest, within: patience)
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
    return try Self.vectors(data, count: texts.count)
  }

  private static func vectors(_ data: Data?, count: Int) throws -> [[Float]] {
    guard let data, let answer = try? JSONDecoder().decode(Answer.self, from: data) else { throw ChatError.unusable }
    let items = answer.data.sorted { ($0.index ?? 0) < ($1.index ?? 0) }
    guard items.count == count, let width = items.first?.embedding.count, width > 0,
      items.allSatisfy({ $0.embedding.count == width && $0.embedding.allSatisfy(\.isFinite) })
    else { throw ChatError.unusable }
    return items.map(\.embedding)
  }

  private struct Ask: Encodable {
    let model: String
    let input: [String]
  }

  private struct Answer: Decodable {
    struct Item: Decodable {
      let index: Int?
      let embedding: [Float]
    }
    let data: [Item]
  }
}
