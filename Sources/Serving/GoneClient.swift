import Foundation
package import NIOCore

/// Closes a connection as soon as its client has closed its side: who waits for `closeFuture` learns of it at once, and not
/// with the next byte that can't be sent. One whose machine has vanished is found within two minutes.
package final class GoneClient: ChannelInboundHandler, RemovableChannelHandler {
  package typealias InboundIn = NIOAny

  package init() {}

  package func handlerAdded(context: ChannelHandlerContext) {
    #if canImport(Darwin)
      let idle = TCP_KEEPALIVE
    #else
      let idle = TCP_KEEPIDLE
    #endif
    // Seconds until the first question, between two, and how many stay without an answer.
    let questions: [(CInt, SocketOptionValue)] = [(idle, 60), (TCP_KEEPINTVL, 15), (TCP_KEEPCNT, 4)]
    context.channel.setOption(.socketOption(.so_keepalive), value: 1).whenFailure { _ in }
    for (name, value) in questions {
      context.channel.setOption(.tcpOption(.init(rawValue: name)), value: value).whenFailure { _ in }
    }
  }

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
