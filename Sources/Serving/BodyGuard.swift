import HTTPTypes
package import NIOCore
package import NIOHTTPTypes

/// Ends connections whose request never does: heads that don't come whole, bodies that grow beyond every limit, that drip, or that go
/// on after the answer. What a page or a phone on a bad line sends is far within these bounds.
package final class BodyGuard: ChannelDuplexHandler, RemovableChannelHandler {
  package typealias InboundIn = HTTPRequestPart
  package typealias InboundOut = HTTPRequestPart
  package typealias OutboundIn = HTTPResponsePart
  package typealias OutboundOut = HTTPResponsePart

  package struct Limits: Sendable {
    /// Most bytes of one body.
    package var bytes: Int
    /// A body may take so long, however slow it is, and so long after its answer; default 30 s.
    package var patience = TimeAmount.seconds(30)
    /// From then on it has to be this fast on average; default 256 bytes a second.
    package var bytesPerSecond = 256
    /// The head of a connection's first request comes whole within this; default 30 s.
    package var headPatience = TimeAmount.seconds(30)
    /// The heads of later ones, after the answer before them; default 75 s.
    package var pause = TimeAmount.seconds(75)

    package init(bytes: Int) { self.bytes = bytes }
  }

  private let limits: Limits
  private var isReading = false
  private var isAnswering = false
  private var bytes = 0
  private var began = NIODeadline.now()
  private var watch: Scheduled<Void>?

  package init(_ limits: Limits) {
    self.limits = limits
  }

  package func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { awaitHead(limits.headPatience, context) }
  }

  package func channelActive(context: ChannelHandlerContext) {
    awaitHead(limits.headPatience, context)
    context.fireChannelActive()
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: begin(context)
    case .body(let part):
      bytes += part.readableBytes
      if bytes > limits.bytes { return context.close(promise: nil) }
    case .end:
      finish()
      if !isAnswering { awaitHead(limits.pause, context) }
    }
    context.fireChannelRead(data)
  }

  package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      isAnswering = false
      if isReading { closeSoon(context) } else { awaitHead(limits.pause, context) }
    }
    context.write(data, promise: promise)
  }

  package func handlerRemoved(context: ChannelHandlerContext) { finish() }

  private func begin(_ context: ChannelHandlerContext) {
    isReading = true
    isAnswering = true
    bytes = 0
    began = context.eventLoop.now
    look(in: limits.patience, context)
  }

  private func finish() {
    isReading = false
    watch?.cancel()
    watch = nil
  }

  private func awaitHead(_ patience: TimeAmount, _ context: ChannelHandlerContext) {
    watch?.cancel()
    watch = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { [weak self] in
      if self?.isReading == false, self?.isAnswering == false { context.close(promise: nil) }
    }
  }

  private func look(in delay: TimeAmount, _ context: ChannelHandlerContext) {
    watch?.cancel()
    watch = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
      self?.check(context)
    }
  }

  private func check(_ context: ChannelHandlerContext) {
    guard isReading else { return }
    let seconds = Double((context.eventLoop.now - began).nanoseconds) / 1e9
    if Double(bytes) < seconds * Double(limits.bytesPerSecond) { return context.close(promise: nil) }
    look(in: .seconds(10), context)
  }

  /// The answer is written and the body goes on: the client gets time to read the answer.
  private func closeSoon(_ context: ChannelHandlerContext) {
    watch?.cancel()
    watch = context.eventLoop.assumeIsolated().scheduleTask(in: limits.patience) { [weak self] in
      if self?.isReading == true { context.close(promise: nil) }
    }
  }
}

@available(*, unavailable)
extension BodyGuard: Sendable {}
