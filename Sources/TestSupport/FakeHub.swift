import Crypto
import Domain
public import Foundation
import Synchronization

/// A Hugging Face hub with one repository, over a ``FaultyServer``: listing, files, redirects of large files, ranges. What
/// should go wrong is said file by file and happens once each, in order.
public final class FakeHub: Sendable {
  public enum Fault: Sendable {
    case cut(after: Int)
    case stall(after: Int)
    /// One byte of the file is another.
    case corrupt
    case status(Int, headers: [String: String] = [:])
    case endless
    /// So many bytes fewer are announced and sent.
    case shorter(by: Int)
    case ignoresRange
    case redirect(to: String)
  }

  /// How the listing describes files.
  public struct Listing: Sendable {
    /// Whether sizes and checksums are in it.
    public var isDetailed = true
    /// Names that are listed beside those that are there.
    public var extraNames: [String] = []
    /// Sent in place of the listing.
    public var raw: Data?

    public init() {}
  }

  private struct State {
    var faults: [String: [Fault]] = [:]
    var listing = Listing()
    var cdn: String?
  }

  public static let commit = "0123456789abcdef0123456789abcdef01234567"
  public let repository: String
  public let files: [String: Data]
  /// SHA-256 of `model.bin`, blob ids of the others.
  private let digests: [String: String]
  private let state = Mutex(State())
  private let running = Mutex<FaultyServer?>(nil)

  public init(_ repository: String = "Systran/faster-whisper-base", files: [String: Data]) throws {
    self.repository = repository
    self.files = files
    digests = files.reduce(into: [:]) {
      $0[$1.key] = $1.key == "model.bin" ? Self.sha256($1.value) : Self.blobID($1.value)
    }
    let server = try FaultyServer { [weak self] in self?.answer($0) ?? .init(500) }
    running.withLock { $0 = server }
  }

  deinit {
    close()
  }

  public func close() { running.withLock { $0?.close() } }
  public var url: String { running.withLock { $0?.url ?? "" } }
  public var asked: [FaultyServer.Request] { running.withLock { $0?.asked ?? [] } }

  /// Requests for a file's bytes, in order.
  public func asked(for file: String) -> [FaultyServer.Request] {
    asked.filter { $0.method == "GET" && $0.path.hasSuffix("/\(file)") }
  }

  /// The next requests for the file's bytes fail so, one each. The listing is the file `listing`.
  public func fail(_ file: String, _ faults: Fault...) {
    state.withLock { $0.faults[file, default: []] += faults }
  }

  public func list(_ change: (inout Listing) -> Void) {
    state.withLock { change(&$0.listing) }
  }

  /// From now on `model.bin` is redirected to this server, under `/cdn/`.
  public func redirectLargeFiles(to server: String) {
    state.withLock { $0.cdn = server }
  }

  private func answer(_ request: FaultyServer.Request) -> FaultyServer.Answer {
    let path = String(request.path.prefix { $0 != "?" })
    if path.hasPrefix("/api/models/\(repository)/revision/") {
      if case .status(let code, let headers)? = next("listing", request) { return .init(code, headers: headers) }
      return .init(200, body: listing())
    }
    let isCDN = path.hasPrefix("/cdn/")
    guard isCDN || path.hasPrefix("/\(repository)/resolve/\(Self.commit)/"), let name = path.split(separator: "/").last,
      let content = files[String(name)]
    else { return .init(404) }
    if !isCDN, name == "model.bin", let cdn = state.withLock({ $0.cdn }) {
      return .init(302, headers: described("model.bin", content, ["Location": "\(cdn)/cdn/model.bin"]))
    }
    return send(String(name), content, request)
  }

  private func next(_ file: String, _ request: FaultyServer.Request) -> Fault? {
    guard request.method == "GET" else { return nil }
    return state.withLock { state in
      guard let faults = state.faults[file], let first = faults.first else { return nil }
      state.faults[file] = Array(faults.dropFirst())
      return first
    }
  }

  private func send(_ name: String, _ content: Data, _ request: FaultyServer.Request) -> FaultyServer.Answer {
    let fault = next(name, request)
    var content = content
    if case .corrupt = fault { content[content.count / 2] ^= 1 }
    if case .shorter(let count) = fault { content = content.dropLast(count) }
    var answer = part(of: content, request, ignoresRange: fault.isIgnoringRange)
    answer.headers = described(name, files[name] ?? content, answer.headers)
    switch fault {
    case .cut(let count): answer.cutAfter = count
    case .stall(let count): answer.stallAfter = count
    case .status(let code, let headers): answer = .init(code, headers: headers)
    case .redirect(let target): answer = .init(302, headers: ["Location": target])
    case .endless: answer.isEndless = true
    default: break
    }
    return answer
  }

  private func part(
    of content: Data, _ request: FaultyServer.Request, ignoresRange: Bool
  ) -> FaultyServer.Answer {
    guard !ignoresRange, let range = request.headers["range"]?.wholeMatch(of: /bytes=(\d+)-/), let start = Int(range.1)
    else { return .init(200, body: content) }
    guard start < content.count else { return .init(416) }
    let headers = ["Content-Range": "bytes \(start)-\(content.count - 1)/\(content.count)"]
    return .init(206, headers: headers, body: content.dropFirst(start))
  }

  private func described(_ name: String, _ content: Data, _ headers: [String: String]) -> [String: String] {
    var all = headers
    all["X-Repo-Commit"] = Self.commit
    if name == "model.bin" {
      all["X-Linked-Etag"] = "\"\(digests[name] ?? "")\""
      all["X-Linked-Size"] = "\(content.count)"
    } else {
      all["ETag"] = "\"\(digests[name] ?? "")\""
    }
    return all
  }

  private func listing() -> Data {
    let listing = state.withLock { $0.listing }
    if let raw = listing.raw { return raw }
    let names = files.keys.sorted() + listing.extraNames
    let siblings = names.map { name -> [String: Any] in
      guard listing.isDetailed, let content = files[name] else { return ["rfilename": name] }
      let digest = digests[name] ?? ""
      var sibling: [String: Any] = ["rfilename": name, "size": content.count, "blobId": digest]
      if name == "model.bin" {
        // The blob of a large file is a pointer to it.
        sibling["blobId"] = Self.commit
        sibling["lfs"] = ["sha256": digest, "size": content.count, "pointerSize": 134]
      }
      return sibling
    }
    let object: [String: Any] = ["id": repository, "sha": Self.commit, "siblings": siblings]
    return (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
  }

  public static func sha256(_ data: Data) -> String { SHA256.hash(data: data).hex }

  /// What git calls a file of this content.
  public static func blobID(_ data: Data) -> String {
    Insecure.SHA1.hash(data: Data("blob \(data.count)\0".utf8) + data).hex
  }
}

extension FakeHub.Fault? {
  fileprivate var isIgnoringRange: Bool {
    if case .ignoresRange = self { return true }
    return false
  }
}
