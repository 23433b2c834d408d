public import ServiceLifecycle
public import Transcription

/// Keeps the engine of the transcription server at work beside other services. Where it can't work, requests are refused and
/// the rest goes on.
public struct SpeechEngineService: Service {
  private let desk: RequestDesk
  private let gaveUp: @Sendable (String) -> Void

  /// - Parameter gaveUp: told why the engine can't work, one line for people.
  public init(_ desk: RequestDesk, gaveUp: @escaping @Sendable (String) -> Void = { _ in }) {
    self.desk = desk
    self.gaveUp = gaveUp
  }

  public func run() async throws {
    if let reason = await cancelWhenGracefulShutdown({ await desk.run() }) { gaveUp(reason) }
    try? await gracefulShutdown()
  }
}
