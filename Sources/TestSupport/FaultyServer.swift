public import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 that answers as it is told, byte for byte, also where that breaks off, stalls or never
/// ends. One request a connection.
///
/// `@unchecked Sendable`: the descriptor never changes after `init`; `state` guards the rest.
public final class FaultyServer: @unchecked Sendable {
  public struct Request: Sendable {
    public let method: String
    /// With its query.
    public let path: String
    /// By lower-case name.
    public let headers: [String: String]
    /// As long as its `Content-Length` says.
    public let body: Data
  }

  public struct Answer: Sendable {
    public var status: Int
    public var headers: [String: String]
    public var body: Data
    /// Stop after so many bytes of the body, and close.
    public var cutAfter: Int?
    /// Stop after so many bytes of the body, and keep the connection open.
    public var stallAfter: Int?
    /// Send the body again and again until the client goes away; no length is announced.
    public var isEndless = false
    /// Seconds before it is sent again.
    public var pause = 0.0
    /// Close without a word.
    public var isNothing = false
    /// Keep the connection open without a word.
    public var isMute = false
    /// Told when the connection is over.
    public var whenGone: (@Sendable () -> Void)?

    public init(_ status: Int, headers: [String: String] = [:], body: Data = Data()) {
      self.status = status
      self.headers = headers
      self.body = body
    }
  }

  private struct State {
    var asked: [Request] = []
    var open: Set<Int32> = []
    var isClosed = false
  }

  public let port: Int
  private let descriptor: Int32
  private let answer: @Sendable (Request) -> Answer
  private let state = Mutex(State())

  public struct NoPort: Error {}

  public init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
    self.answer = answer
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
      }
    }
    port = Int(in_port_t(bigEndian: address.sin_port))
    guard bound, listen(descriptor, 64) == 0 else { throw NoPort() }
    let held = Held(server: self)
    Thread.detachNewThread { Self.accept(on: descriptor, for: held) }
  }

  deinit {
    close()
  }

  public var url: String { "http://127.0.0.1:\(port)" }

  /// Every request so far, in order.
  public var asked: [Request] { state.withLock { $0.asked } }

  /// Ends it and every connection that stalls.
  public func close() {
    let open = state.withLock { state in
      defer { state.open = [] }
      if state.isClosed { return Set<Int32>() }
      state.isClosed = true
      return state.open.union([descriptor])
    }
    for socket in open { shutdown(socket, Int32(SHUT_RDWR)) }
  }

  /// The accepting thread must not keep the server alive.
  ///
  /// `@unchecked Sendable`: set in `init` only.
  private final class Held: @unchecked Sendable {
    weak var server: FaultyServer?
    init(server: FaultyServer) { self.server = server }
  }

  /// Closes the descriptor itself: closed by another thread it could be another server's by the time that this one asks.
  private static func accept(on descriptor: Int32, for held: Held) {
    defer { Foundation.close(descriptor) }
    while true {
      let client = Foundation.accept(descriptor, nil, nil)
      guard client >= 0 else { return }
      guard let found = held.server else { return _ = Foundation.close(client) }
      Thread.detachNewThread { found.serve(client) }
    }
  }

  private func serve(_ client: Int32) {
    let isOpen = state.withLock { state in
      if !state.isClosed { state.open.insert(client) }
      return !state.isClosed
    }
    if isOpen, let request = Self.readRequest(client) {
      state.withLock { $0.asked.append(request) }
      send(answer(request), to: client, isHead: request.method == "HEAD")
    }
    state.withLock { _ = $0.open.remove(client) }
    Foundation.close(client)
  }

  private func send(_ answer: Answer, to client: Int32, isHead: Bool) {
    defer { answer.whenGone?() }
    if answer.isNothing { return }
    if answer.isMute { return _ = Self.readSome(client) }
    var headers = answer.headers
    headers["Connection"] = "close"
    if !answer.isEndless, headers["Content-Length"] == nil { headers["Content-Length"] = "\(answer.body.count)" }
    let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
    guard Self.write(Data("HTTP/1.1 \(answer.status) X\r\n\(lines)\r\n".utf8), to: client), !isHead else { return }
    let stop = answer.cutAfter ?? answer.stallAfter ?? answer.body.count
    guard Self.write(answer.body.prefix(stop), to: client) else { return }
    while answer.isEndless, Self.write(answer.body, to: client) { Thread.sleep(forTimeInterval: answer.pause) }
    // Ends when the client goes away, or with `close()`.
    if answer.stallAfter != nil { _ = Self.readSome(client) }
  }

  private static func write(_ data: Data, to client: Int32) -> Bool {
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func readSome(_ client: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = recv(client, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  private static func readRequest(_ client: Int32) -> Request? {
    var bytes = Data()
    var end = bytes.range(of: Data("\r\n\r\n".utf8))
    while end == nil {
      let more = readSome(client)
      guard !more.isEmpty, bytes.count < 1 << 20 else { return nil }
      bytes += more
      end = bytes.range(of: Data("\r\n\r\n".utf8))
    }
    guard let end else { return nil }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      let parts = line.split(separator: ":", maxSplits: 1)
      return parts.count == 2 ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
    }
    let headers = Dictionary(fields, uniquingKeysWith: { $1 })
    var body = Data(bytes[end.upperBound...])
    while let length = headers["content-length"].flatMap(Int.init), body.count < min(length, 1 << 20) {
      let more = readSome(client)
      if more.isEmpty { break }
      body += more
    }
    return Request(method: String(words[0]), path: String(words[1]), headers: headers, body: body)
  }
}
