public import Foundation
public import SpeechEngine
import Synchronization

/// The side of the engine's process: orders in, lines out, until the input ends. Requests that ask for the same are decoded
/// together.
///
/// `@unchecked Sendable`: the models are used on the engine's thread alone, and before that starts.
public final class RequestWorker: @unchecked Sendable {
  private var shelf: ModelShelf<Transcriber>
  private let model: RequestModel
  private let base: TranscriptionOptions
  private let together: Int
  private let mailbox = RequestMailbox()
  private let write: @Sendable (Data) -> Void

  /// - Parameters:
  ///   - shelf: loads the models.
  ///   - model: what requests get that name none; loaded and warm before it is ready.
  ///   - base: how everything is decoded that no request asks otherwise.
  ///   - together: recordings that are decoded in step, default 8.
  ///   - write: takes a line; called from any thread, one at a time.
  public init(
    _ shelf: ModelShelf<Transcriber>, model: RequestModel, base: TranscriptionOptions, together: Int = 8,
    write: @escaping @Sendable (Data) -> Void
  ) {
    let door = Mutex(())
    self.shelf = shelf
    self.model = model
    self.base = base
    self.together = together
    self.write = { line in door.withLock { _ in write(line) } }
  }

  /// Warms the engine, says that it is ready, then what it hears.
  /// - Parameter read: the next bytes of the parent, empty at the end; may block its thread.
  /// - Throws: what the engine throws on a second of silence.
  public func run(read: () -> Data) throws {
    tell(try warm())
    Thread.detachNewThread { self.work() }
    let beating = Task { while !Task.isCancelled { await beat() } }
    defer { beating.cancel() }
    var lines = LineReader(mostBytes: RequestMessage.mostBytes)
    while true {
      let bytes = read()
      guard !bytes.isEmpty, let whole = lines.push(bytes) else { return }
      for line in whole {
        guard let order = try? JSONLine.decode(RequestOrder.self, from: line) else { return }
        mailbox.take(order)
      }
    }
  }

  /// Loads the model and hears a second of silence with it.
  private func warm() throws -> RequestMessage {
    let transcriber = try shelf.take(model).engine
    _ = try transcriber.transcribe(AudioClip(samples: Array(repeating: 0, count: AudioClip.sampleRate)), base)
    var ready = RequestMessage(.ready)
    (ready.model, ready.isMultilingual) = (model.name, transcriber.model.isMultilingual)
    return ready
  }

  private func beat() async {
    var heartbeat = RequestMessage(.heartbeat)
    heartbeat.stuck = mailbox.stuck
    tell(heartbeat)
    try? await Task.sleep(for: .seconds(1))
  }

  private func work() {
    while true {
      mailbox.wait()
      while let first = mailbox.first { transcribe(like: first.options ?? RequestOptions()) }
      mailbox.step(false)
    }
  }

  private func transcribe(like options: RequestOptions) {
    let desk = RequestRecordings(mailbox, options) { [self] in tell($0) }
    defer { desk.forget() }
    do {
      try transcriber(options.model ?? model).transcribe(desk, options.options(over: base), together: together)
    } catch {
      desk.fail(RequestFailure(error))
    }
  }

  /// A large model takes its time to load.
  private static let loading = Duration.seconds(240)

  private func transcriber(_ model: RequestModel) throws -> Transcriber {
    mailbox.step(patience: Self.loading)
    let taken = try shelf.take(model)
    mailbox.step()
    if taken.isNew {
      var message = RequestMessage(.loaded)
      (message.model, message.released) = (model.name, taken.released)
      tell(message)
    }
    return taken.engine
  }

  private func tell(_ message: RequestMessage) {
    if let line = try? JSONLine.encode(message) { write(line) }
  }
}

/// Puts requests that ask for the same before the engine.
private final class RequestRecordings: RecordingDesk {
  private let mailbox: RequestMailbox
  private let options: RequestOptions
  private let tell: (RequestMessage) -> Void
  private var open: [Int: UInt64] = [:]

  init(_ mailbox: RequestMailbox, _ options: RequestOptions, tell: @escaping (RequestMessage) -> Void) {
    self.mailbox = mailbox
    self.options = options
    self.tell = tell
  }

  func next() -> QueuedRecording? {
    mailbox.step()
    while let order = mailbox.next(like: options) {
      let id = Int(truncatingIfNeeded: order.id)
      open[id] = order.id
      do throws(AudioError) {
        return QueuedRecording(id: id, source: try recording(order))
      } catch {
        finished(id, .failure(error))
      }
    }
    return nil
  }

  private func recording(_ order: RequestOrder) throws(AudioError) -> AudioFile {
    var ffmpeg = FFmpegReader()
    let mailbox = mailbox
    ffmpeg?.isCancelled = { mailbox.isDropped(order.id) }
    return try AudioFile(contentsOf: URL(filePath: order.file ?? ""), ffmpeg: ffmpeg)
  }

  func progress(_ id: Int, seconds: Double) { mailbox.step() }
  func isWithdrawn(_ id: Int) -> Bool { open[id].map(mailbox.isDropped) ?? true }

  func heard(_ segments: [Segment], of id: Int, checkpoint: RecordingCheckpoint?) {
    guard let request = open[id], !segments.isEmpty else { return }
    var message = RequestMessage(.heard, id: request)
    message.segments = segments
    tell(message)
  }

  func finished(_ id: Int, _ result: Result<Transcription, any Error>) {
    guard let request = open.removeValue(forKey: id), mailbox.close(request) else { return }
    var message = RequestMessage(.finished, id: request)
    switch result {
    case .success(let heard): message.recording = HeardRecording(heard)
    case .failure(let error):
      message.type = .failed
      message.failure = RequestFailure(error)
    }
    tell(message)
  }

  /// The engine refuses the options, or could not go on: so can't any of those that it has, and at least one.
  func fail(_ failure: RequestFailure) {
    if open.isEmpty, let order = mailbox.next(like: options) { open[Int(truncatingIfNeeded: order.id)] = order.id }
    for id in open.keys { finished(id, .failure(failure)) }
  }

  /// What was dropped while it was decoded has no end of its own.
  func forget() { for request in open.values { _ = mailbox.close(request) } }
}
