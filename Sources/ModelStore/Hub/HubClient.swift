import Domain
import Endpoints
import Foundation

/// The Hugging Face hub as huggingface_hub talks to it. One request a call; whoever calls decides on trying again.
struct HubClient: Sendable {
  private let configuration: PullConfiguration
  private let fetcher: HTTPFetcher
  /// The listing of a repository is a few KiB.
  private static let listingLimit = 4 << 20

  init(_ configuration: PullConfiguration, _ fetcher: HTTPFetcher) {
    self.configuration = configuration
    self.fetcher = fetcher
  }

  var host: String { configuration.endpoint.host() ?? "" }

  /// Which files a revision has, and under which commit they can be fetched.
  /// - Throws: ``HubFault``, ``ModelStoreError``.
  func snapshot(of repository: String) async throws -> HubSnapshot {
    let revision = configuration.revision ?? "main"
    let address = try url("api/models/\(repository)/revision/\(Self.escape(revision))?blobs=true")
    return try await fetch(request(address)) { answer in
      guard answer.status == 200 else { throw HubFault.status(answer, repository: repository) }
      guard let data = try await answer.collect(limit: Self.listingLimit, within: .seconds(120)) else {
        throw ModelStoreError.badAnswer(host: answer.host, reason: "its listing has no end")
      }
      guard let listing = try? JSONDecoder().decode(HubListing.self, from: data) else {
        throw ModelStoreError.badAnswer(host: answer.host, reason: "its listing is not the hub's JSON")
      }
      return try listing.snapshot(of: repository, revision: revision, host: answer.host)
    }
  }

  /// Asks for what the listing of a mirror may leave out: size and checksum.
  /// - Throws: ``HubFault``, ``ModelStoreError``.
  func described(_ file: HubFile, of snapshot: HubSnapshot) async throws -> HubFile {
    if file.size != nil, file.digest != nil { return file }
    var request = request(try url(of: file.name, in: snapshot))
    request.method = .head
    request.staysOnHost = true
    return try await fetch(request) { answer in
      guard (200..<400).contains(answer.status) else { throw HubFault.status(answer, repository: snapshot.repository) }
      let size = file.size ?? Self.fileHeader("x-linked-size", "content-length", of: answer).flatMap { Int($0) }
      let digest = file.digest ?? Self.fileHeader("x-linked-etag", "etag", of: answer).flatMap(FileDigest.init)
      guard let size, let digest else { throw ModelStoreError.noChecksum(file: file.name) }
      try HubListing.check(size: size, of: file.name, host: answer.host)
      return HubFile(name: file.name, size: size, digest: digest)
    }
  }

  /// What is said of the file itself; a redirect's own length and tag are not the file's.
  private static func fileHeader(_ linked: String, _ own: String, of answer: HTTPStream) -> String? {
    answer.headers[linked] ?? (answer.status < 300 ? answer.headers[own] : nil)
  }

  /// Asks for a file's bytes from an offset on; what comes may start at 0 all the same.
  /// - Throws: ``HubFault``, ``ModelStoreError``, or what `use` throws.
  func read(
    _ name: String, of snapshot: HubSnapshot, from offset: Int, _ use: (HTTPStream) async throws -> Void
  ) async throws {
    var request = request(try url(of: name, in: snapshot))
    if offset > 0 { request.headers.append((name: "Range", value: "bytes=\(offset)-")) }
    try await fetch(request) { answer in
      guard [200, 206, 416].contains(answer.status) else {
        throw HubFault.status(answer, repository: snapshot.repository)
      }
      do {
        try await use(answer)
      } catch let error as EndpointError {
        throw HubFault.transport(error)
      }
    }
  }

  private func fetch<Result>(_ request: HTTPFetch, _ use: (HTTPStream) async throws -> Result) async throws -> Result {
    do {
      return try await fetcher.fetch(request, use)
    } catch let error as EndpointError {
      throw HubFault.transport(error)
    }
  }

  private func request(_ url: URL) -> HTTPFetch {
    var request = HTTPFetch(url)
    request.token = configuration.token
    request.headers = [(name: "User-Agent", value: "\(Product.name)/\(Product.version)")]
    return request
  }

  private func url(of name: String, in snapshot: HubSnapshot) throws(ModelStoreError) -> URL {
    try url("\(snapshot.repository)/resolve/\(snapshot.commit)/\(Self.escape(name))")
  }

  private func url(_ path: String) throws(ModelStoreError) -> URL {
    guard let url = URL(string: "\(configuration.endpoint.absoluteString)/\(path)") else {
      throw .badAnswer(host: host, reason: "its address can't be completed")
    }
    return url
  }

  /// One part of a path: a `/` in a branch's name is escaped too.
  private static func escape(_ text: String) -> String {
    let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
  }
}
