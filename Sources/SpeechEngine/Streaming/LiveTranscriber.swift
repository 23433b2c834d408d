import Foundation

/// A thread that hears several speakers with one model: sound may come from anywhere, at any time.
///
/// ```swift
/// let live = try LiveTranscriber(model)
/// let speaker = live.open()
/// speaker.feed(samples)  // as often as there are some
/// speaker.end()
/// for try await event in speaker.events { print(event) }
/// ```
///
/// It sleeps while nobody speaks. `close`, or nobody holding it any more, ends it within a layer or a token.
public final class LiveTranscriber: Sendable {
  private let box: LiveMailbox

  /// - Parameters: as for `StreamingTranscriber`.
  public init(
    _ model: WhisperModel, _ options: StreamingOptions = .init(), threads: Int = 1, kernel: String? = nil,
    detector: VoiceActivityDetector? = nil
  ) throws {
    try options.validate()
    _ = try KnownLanguage.of(options.quick, model)
    let box = LiveMailbox()
    self.box = box
    _ = try Compute(threads: 1, kernel: kernel)  // names a kernel that isn't there
    box.tick()
    let thread = Thread {
      do {
        let transcriber = try StreamingTranscriber(
          model, options, threads: threads, kernel: kernel, detector: detector)
        try LiveThread(transcriber, box).run()
      } catch {
        box.close(throwing: error)
      }
    }
    thread.name = "listening"
    thread.stackSize = 1 << 22
    thread.start()
  }

  deinit { close() }

  /// A speaker more.
  public func open() -> LiveSpeaker {
    let speaker = LiveSpeaker(box)
    box.put(.open(speaker))
    return speaker
  }

  /// Seconds for which the thread has been at one layer or token; 0 while nobody speaks.
  public var stuck: Double { box.stuck }

  /// Ends the thread; speakers who have not ended get a `CancellationError`.
  public func close() { box.close(throwing: CancellationError()) }
}

extension WhisperModel {
  /// Hears sound while it goes on.
  ///
  /// ```swift
  /// for try await event in model.listen(to: microphone) {
  ///   if case .committed(let words) = event { print(words.map(\.word).joined(), terminator: "") }
  /// }
  /// ```
  /// - Parameters:
  ///   - sound: pieces of any length, 16 kHz, one channel.
  ///   - threads: 0 means all cores. Default 1.
  ///   - detector: finds speech; nil: the built-in one.
  /// - Returns: events, until the sound ends and all of it is heard. It throws what the sound does, and `OptionError`,
  ///   `ModelError.unknownLanguage`.
  public func listen<Sound: AsyncSequence & Sendable>(
    to sound: Sound, _ options: StreamingOptions = .init(), threads: Int = 1, detector: VoiceActivityDetector? = nil
  ) -> AsyncThrowingStream<StreamingEvent, any Error> where Sound.Element == [Float] {
    AsyncThrowingStream { continuation in
      let work = Task {
        do {
          let live = try LiveTranscriber(self, options, threads: threads, detector: detector)
          defer { live.close() }
          let speaker = live.open()
          let feeding = Task { await Self.feed(sound, to: speaker) }
          defer { feeding.cancel() }
          for try await event in speaker.events { continuation.yield(event) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in work.cancel() }
    }
  }

  private static func feed<Sound: AsyncSequence & Sendable>(_ sound: Sound, to speaker: LiveSpeaker) async
  where Sound.Element == [Float] {
    do {
      for try await piece in sound {
        speaker.feed(piece)
        await speaker.drained(to: mostBacklog)
      }
      speaker.end()
    } catch {
      speaker.cancel(throwing: error)
    }
  }

  /// Seconds: memory stays within bounds where sound comes faster than it is heard.
  private static let mostBacklog = 60.0
}
