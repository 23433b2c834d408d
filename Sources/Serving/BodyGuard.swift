import HTTPTypes
package import NIOCore
package import NIOHTTPTypes

/// Ends connections whose request never does: bodies that grow beyond every limit, that drip, or that go on after the
/// answer. What a page or a phone on a bad line sends is far within these bounds.
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

    package init(bytes: Int) { self.bytes = bytes }
  }

  private let limits: Limits
  private var isReading = false
  private var bytes = 0
  private var began = NIODeadline.now()
  private var watch: Scheduled<Void>?

  package init(_ limits: Limits) {
    self.limits = limits
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: begin(context)
    case .body(let part):
      bytes += part.readableBytes
      if bytes > limits.bytes { return context.close(promise: nil) }
    case .end: finish()
    }
    context.fireChannelRead(data)
  }

  package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data), isReading { closeSoon(context) }
    context.write(data, promise: promise)
  }

  package func handlerRemoved(context: ChannelHandlerContext) { finish() }

  private func begin(_ context: ChannelHandlerContext) {
    isReading = true
    bytes = 0
    began = context.eventLoop.now
    look(in: limits.patience, context)
  }

  private func finish() {
    isReading = false
    watch?.cancel()
    watch = nil
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
