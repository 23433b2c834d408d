import Foundation
import Testing

/// A TCP port on this machine: closed, or open without anybody who answers.
final class LocalSocket: Sendable {
  let port: Int
  private let descriptor: Int32

  /// - Parameter listens: whether the system takes connections on it; nobody ever reads them.
  init(listens: Bool) throws {
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
    try #require(bound)
    if listens { try #require(listen(descriptor, 8) == 0) }
  }

  /// Takes one connection on a thread of its own, reads what comes first and answers with these bytes.
  func answerOnce(_ bytes: String) {
    let descriptor = descriptor
    Thread.detachNewThread {
      let client = accept(descriptor, nil, nil)
      var request = [UInt8](repeating: 0, count: 1 << 16)
      _ = read(client, &request, request.count)
      _ = write(client, bytes, bytes.utf8.count)
      close(client)
    }
  }

  deinit {
    close(descriptor)
  }

  var endpoint: String { "http://127.0.0.1:\(port)/crm/push" }
}
