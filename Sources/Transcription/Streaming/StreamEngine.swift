public import SpeechEngine

/// An engine that hears speech while it goes on, in a process of its own.
public protocol StreamEngine: Sendable {
  /// How metrics name it, such as `native` or `vosk`.
  var name: String { get }
  var model: String { get }
  /// A speaker more.
  func open() throws -> any StreamEar
}

/// One speaker of an engine.
public protocol StreamEar: Sendable {
  /// For one reader; they end after `end`, and throw where the engine can't go on.
  var events: AsyncThrowingStream<StreamingEvent, any Error> { get }
  /// Seconds for which the engine has been at one step of its work, 0 while it waits for sound. Steps are short: a call
  /// of a library, a layer, a token.
  var stuck: Double { get }
  /// Samples from -1 to 1, 16 kHz, one channel. Returns at once.
  func feed(_ samples: [Float])
  func end()
  func drop()
}

/// FieldOS's own engine.
public struct NativeStreamEngine: StreamEngine {
  public let name = "native"
  public let model: String
  private let live: LiveTranscriber

  /// - Parameter detector: finds speech; nil: the built-in one.
  /// - Throws: `OptionError`, `ModelError`.
  public init(
    _ loaded: WhisperModel, named model: String, _ options: StreamingOptions, threads: Int = 1,
    detector: VoiceActivityDetector? = nil
  ) throws {
    self.model = model
    live = try LiveTranscriber(loaded, options, threads: threads, detector: detector)
  }

  public func open() -> any StreamEar { NativeStreamEar(speaker: live.open(), live: live) }
}

private struct NativeStreamEar: StreamEar {
  let speaker: LiveSpeaker
  let live: LiveTranscriber
  var events: AsyncThrowingStream<StreamingEvent, any Error> { speaker.events }
  var stuck: Double { live.stuck }
  func feed(_ samples: [Float]) { speaker.feed(samples) }
  func end() { speaker.end() }
  func drop() { speaker.cancel() }
}
