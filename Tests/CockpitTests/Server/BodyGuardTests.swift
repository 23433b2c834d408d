import Cockpit
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Serving
import Testing

@Suite("Slow and endless bodies") struct BodyGuardTests {
  private let channel = EmbeddedChannel()
  private let head = HTTPRequestPart.head(
    HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/"))

  init() throws {
    var limits = BodyGuard.Limits(bytes: 100_000)
    limits.patience = .seconds(30)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    try channel.pipeline.syncOperations.addHandler(BodyGuard(limits))
  }

  private func part(_ count: Int) -> HTTPRequestPart {
    .body(ByteBuffer(repeating: 0x61, count: count))
  }

  @Test("a body that drips is cut off after thirty seconds") func drips() throws {
    try channel.writeInbound(head)
    for _ in 0..<29 {
      try channel.writeInbound(part(1))
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    }
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    #expect(!channel.isActive)
  }

  @Test("a body on a bad line, at two kilobytes a second, may take its time") func slow() throws {
    try channel.writeInbound(head)
    for _ in 0..<45 {
      try channel.writeInbound(part(2_000))
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    }
    #expect(channel.isActive)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    channel.embeddedEventLoop.advanceTime(by: .seconds(600))
    #expect(channel.isActive)
  }

  @Test("a body that fell silent is cut off") func silent() throws {
    try channel.writeInbound(head)
    try channel.writeInbound(part(9_000))
    channel.embeddedEventLoop.advanceTime(by: .seconds(30))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(10))
    #expect(!channel.isActive)
  }

  @Test("a body beyond the limit is cut off at once") func endless() throws {
    try channel.writeInbound(head)
    try channel.writeInbound(part(100_000))
    #expect(channel.isActive)
    try channel.writeInbound(part(1))
    #expect(!channel.isActive)
  }

  @Test("a body that goes on long after its answer is cut off") func answered() throws {
    try channel.writeInbound(head)
    try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .contentTooLarge)))
    try channel.writeOutbound(HTTPResponsePart.end(nil))
    for _ in 0..<29 {
      try channel.writeInbound(part(1_000))
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    }
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
  }

  @Test("a connection whose first head does not come is closed after half a minute") func noHead() {
    channel.embeddedEventLoop.advanceTime(by: .seconds(29))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    #expect(!channel.isActive)
  }

  @Test("after an answer the next head is waited for, however often", arguments: [true, false])
  func nextHead(endsBeforeAnswer: Bool) throws {
    for _ in 1...3 {
      try channel.writeInbound(head)
      if endsBeforeAnswer { try channel.writeInbound(HTTPRequestPart.end(nil)) }
      try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
      try channel.writeOutbound(HTTPResponsePart.end(nil))
      if !endsBeforeAnswer { try channel.writeInbound(HTTPRequestPart.end(nil)) }
      channel.embeddedEventLoop.advanceTime(by: .seconds(70))
      #expect(channel.isActive)
    }
    channel.embeddedEventLoop.advanceTime(by: .seconds(6))
    #expect(!channel.isActive)
  }

  @Test("an answer that takes long is not a slow request") func stream() throws {
    try channel.writeInbound(head)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
    channel.embeddedEventLoop.advanceTime(by: .hours(1))
    #expect(channel.isActive)
  }
}
