import NIOCore
import NIOHTTP1

/// Closes a connection whose reply has a status below 100, which no HTTP reply may have: async-http-client stops the whole
/// process on one.
final class StatusGuard: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias InboundOut = HTTPClientResponsePart

  struct InvalidStatus: Error {}

  /// Puts a guard behind the channel's HTTP decoder.
  static func add(to channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let decoder = try channel.pipeline.syncOperations.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
      try channel.pipeline.syncOperations.addHandler(StatusGuard(), position: .after(decoder))
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data), head.status.code < 100 {
      context.fireErrorCaught(InvalidStatus())
      context.close(promise: nil)
    } else {
      context.fireChannelRead(data)
    }
  }
}
