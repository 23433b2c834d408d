package import NIOCore

/// Closes a connection as soon as its client has closed its side: who waits for `closeFuture` learns of it at once, and not
/// with the next byte that can't be sent.
package final class GoneClient: ChannelInboundHandler, RemovableChannelHandler {
  package typealias InboundIn = NIOAny

  package init() {}

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}

@available(*, unavailable)
extension GoneClient: Sendable {}
