import Foundation

/// Sockets on 127.0.0.1: ports that are taken or closed, and one HTTP request at a time.
enum Loopback {
  /// A port that nothing listens on.
  static func closedPort() throws -> Int { try TakenPort().port }

  /// What came back.
  struct Answer {
    let status: Int
    /// Status line and fields, as they came.
    let head: String
    let body: Data
  }

  /// One JSON request on a connection of its own; the answer's status and body.
  static func request(_ method: String, port: Int, path: String, body: String = "") throws -> (Int, Data) {
    let fields = ["Content-Type": "application/json"]
    let answer = try ask(method, port: port, path: path, fields: fields, body: Data(body.utf8))
    return (answer.status, answer.body)
  }

  /// One request on a connection of its own.
  static func ask(
    _ method: String, port: Int, path: String, fields: [String: String] = [:], body: Data = Data()
  ) throws -> Answer {
    let socket = try connect(port)
    defer { close(socket) }
    let own = ["Host": "127.0.0.1:\(port)", "Connection": "close", "Content-Length": "\(body.count)"]
    let lines = own.merging(fields) { $1 }.map { "\($0.key): \($0.value)\r\n" }.joined()
    let bytes = Array(Data("\(method) \(path) HTTP/1.1\r\n\(lines)\r\n".utf8) + body)
    guard send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failure("could not send to port \(port): errno \(errno)")
    }
    return try answer(readAll(socket))
  }

  private static func answer(_ bytes: Data) throws -> Answer {
    guard let gap = bytes.range(of: Data("\r\n\r\n".utf8)) else { throw Failure("no HTTP answer: \(bytes)") }
    let head = String(decoding: bytes[..<gap.lowerBound], as: UTF8.self)
    guard let status = Int(head.dropFirst("HTTP/1.1 ".count).prefix(3)) else { throw Failure("no status: \(head)") }
    return Answer(status: status, head: head, body: Data(bytes[gap.upperBound...]))
  }

  private static func readAll(_ socket: Int32) throws -> Data {
    var all = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count >= 0 else { throw Failure("no answer in 10 s: errno \(errno)") }
      if count == 0 { return all }
      all += buffer[..<count]
    }
  }

  private static func connect(_ port: Int) throws -> Int32 {
    let socket = stream()
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let result = withAddress(port: port) { Foundation.connect(socket, $0, $1) }
    guard result == 0 else {
      close(socket)
      throw Failure("nothing listens on 127.0.0.1:\(port)")
    }
    return socket
  }

  fileprivate static func stream() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  fileprivate static func withAddress<Result>(
    port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
    }
  }
}

/// A port that this process listens on for as long as the value lives.
final class TakenPort {
  let port: Int
  private let socket: Int32

  init() throws {
    let socket = Loopback.stream()
    let bound = Loopback.withAddress(port: 0) { bind(socket, $0, $1) }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
    }
    self.socket = socket
    port = Int(in_port_t(bigEndian: address.sin_port))
    guard bound == 0, named == 0, listen(socket, 1) == 0 else { throw Failure("no free port: errno \(errno)") }
  }

  deinit { close(socket) }
}
