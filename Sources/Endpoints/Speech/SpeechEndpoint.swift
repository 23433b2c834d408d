import AsyncHTTPClient
public import Foundation

/// A server of OpenAI's audio API: `POST <base>/audio/transcriptions` and `GET <base>/models`. Follows no redirect.
public struct SpeechEndpoint: Sendable {
  /// Most bytes of an answer that are read: 16 MiB.
  public static let longest = 16 << 20
  /// Longest try for a connection.
  private static let connect = Duration.seconds(5)

  /// For people: its host, and the port where that is not the usual one.
  public let name: String
  private let address: APIAddress

  /// - Parameters:
  ///   - baseURL: such as `http://gpu.local:8000/v1`.
  ///   - key: sent as a bearer token; nil for servers without keys.
  /// - Throws: ``SpeechError/invalidSettings(reason:)``.
  public init(baseURL: String, key: String?) throws(SpeechError) {
    do {
      address = try APIAddress(baseURL, key: key)
    } catch {
      throw .invalidSettings(reason: error.reason)
    }
    name = (address.base.host() ?? "") + (address.base.port.map { ":\($0)" } ?? "")
  }

  /// Sends a recording and gives back the body of what was answered.
  /// - Parameters:
  ///   - fields: of the form, beside the file.
  ///   - timeout: for everything, from connecting to the last byte.
  /// - Throws: ``SpeechError``, or `CancellationError`.
  public func transcribe(
    _ file: UploadFile, fields: [(name: String, value: String)], isTranslation: Bool, timeout: Duration
  ) async throws -> Data {
    let form = FormUpload(fields, file)
    let poster = StreamingPoster(connect: min(Self.connect, timeout), idle: timeout)
    do {
      let body = try await poster.post(
        address.base.appending(path: isTranslation ? "audio/translations" : "audio/transcriptions"),
        headers: [("Content-Type", form.contentType), ("Accept", "application/json")] + address.authorization,
        body: .stream(form, length: .known(Int64(form.byteCount))), timeout: timeout
      ) { [key = address.key] answer in
        try await Self.check(answer, key: key)
        return try await answer.collect(limit: Self.longest, within: timeout)
      }
      await poster.shutdown()
      guard let body else { throw SpeechError.unusable(reason: "it is larger than \(Self.longest >> 20) MiB") }
      return body
    } catch {
      await poster.shutdown()
      throw Self.translate(error)
    }
  }

  /// The models that it lists; none where it has no such list, or not for this key. Asks for nothing to be heard.
  /// - Parameter patience: for a connection, and for each byte after that.
  /// - Throws: ``SpeechError``, or `CancellationError`.
  public func models(patience: Duration = .seconds(5)) async throws -> [String] {
    var limits = HTTPFetcher.Limits()
    (limits.connect, limits.idle) = (min(Self.connect, patience), patience)
    let fetcher = HTTPFetcher(limits)
    var fetch = HTTPFetch(address.base.appending(path: "models"))
    fetch.token = address.key
    fetch.staysOnHost = true
    do {
      let body = try await fetcher.fetch(fetch) { [key = address.key] answer -> Data? in
        if isWithoutList(answer.status) { return Data(#"{"data":[]}"#.utf8) }
        try await Self.check(answer, key: key)
        return try await answer.collect(limit: 1 << 20, within: patience)
      }
      try? await fetcher.shutdown()
      guard let body, let list = try? JSONDecoder().decode(ModelList.self, from: body) else {
        throw SpeechError.unusable(reason: "no list of models")
      }
      return list.data.map(\.id)
    } catch {
      try? await fetcher.shutdown()
      throw Self.translate(error)
    }
  }

  /// A key that may ask for transcripts may be forbidden to ask for more.
  private func isWithoutList(_ status: Int) -> Bool { [403, 404, 405].contains(status) }

  private struct ModelList: Decodable {
    struct Model: Decodable { let id: String }
    let data: [Model]
  }

  private static func check(_ answer: HTTPStream, key: String?) async throws {
    switch answer.status {
    case 200...299: return
    case 401, 403: throw SpeechError.keyRefused(status: answer.status)
    case 429, 503:
      throw SpeechError.busy(
        status: answer.status, seconds: RetryAfter.seconds(answer.headers["retry-after"], now: Date()))
    case 500...: throw SpeechError.failed(status: answer.status)
    default:
      let body = try? await answer.collect(limit: 1 << 16, within: .seconds(5))
      throw SpeechError.refused(status: answer.status, said: ServerWords.read(body ?? Data(), without: key))
    }
  }

  private static func translate(_ error: any Error) -> any Error {
    switch error as? EndpointError {
    case .timedOut(let seconds)?: SpeechError.tooSlow(seconds: seconds)
    case .unreachable(_, let reason)?, .connectionLost(_, let reason)?: SpeechError.noAnswer(reason: reason)
    case .redirectRefused(_, let reason)?: SpeechError.refused(status: 302, said: reason)
    case .invalidURL(let reason)?: SpeechError.invalidSettings(reason: reason)
    case .shutDown?: SpeechError.noAnswer(reason: "the connection was closed")
    case nil: error
    }
  }
}

/// What a server says about an error, for a line to people.
private enum ServerWords {
  private static let longest = 160

  private struct Named: Decodable {
    struct Detail: Decodable { let message: String? }
    let error: Detail?
  }
  private struct Plain: Decodable {
    let error: String?
    let detail: String?
  }

  /// - Parameter key: never repeated.
  static func read(_ body: Data, without key: String?) -> String {
    let decoder = JSONDecoder()
    let plain = try? decoder.decode(Plain.self, from: body)
    let said = (try? decoder.decode(Named.self, from: body))?.error?.message ?? plain?.error ?? plain?.detail ?? ""
    let kept = key.map { said.replacing($0, with: "…") } ?? said
    return String(kept.prefix(longest))
  }
}
