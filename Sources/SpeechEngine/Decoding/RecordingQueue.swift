/// Recordings that are decoded together: taken from a desk as there is room in the batch, forgotten when they end.
struct RecordingQueue {
  private struct Open {
    let id: Int
    let pass: any RecordingPass
    var segments: [Segment]
    /// Seconds.
    var done = 0.0
    /// Windows of it in the batch.
    var taken = 0
  }
  /// Nobody wants what is being decoded.
  private struct Withdrawn: Error {}

  private let desk: any RecordingDesk
  private let limit: Int
  private var open: [Open] = []

  init(_ desk: any RecordingDesk, limit: Int) {
    self.desk = desk
    self.limit = limit
  }

  /// Windows of all recordings that are open, at most `limit`; nil when all are done.
  mutating func prepare(
    _ room: DecodingRoom, open start: (QueuedRecording, () throws -> Void) throws -> any RecordingPass
  ) throws -> [WindowJob]? {
    var jobs: [WindowJob] = []
    var at = 0
    while jobs.count < limit {
      if at == open.count {
        guard try openNext(start) else { break }
        continue  // the next may have failed to open
      }
      let own = try take(at, limit - jobs.count, room)
      if own.isEmpty { open.remove(at: at) } else { at += 1 }
      jobs += own
    }
    return jobs.isEmpty ? nil : jobs
  }

  /// Decodes what `prepare` gave and takes it back; where all of it is withdrawn meanwhile, the work ends at once.
  mutating func decode(_ jobs: [WindowJob], with decoder: WindowDecoder, _ room: DecodingRoom) throws {
    do {
      let results = try decoder.decode(jobs) { try tick() }
      try accept(results, room)
    } catch is Withdrawn {
      open = []
    }
  }

  /// - Returns: false when no recording is left.
  private mutating func openNext(
    _ start: (QueuedRecording, () throws -> Void) throws -> any RecordingPass
  ) throws -> Bool {
    guard let recording = try desk.next() else { return false }
    do {
      let pass = try start(recording) { try report(recording.id, 0) }
      open.append(Open(id: recording.id, pass: pass, segments: recording.resume?.segments ?? []))
    } catch {
      try settle(recording.id, error)
    }
    return true
  }

  /// Windows of one recording; none when it has ended, is withdrawn or can't be read any more.
  private mutating func take(_ at: Int, _ count: Int, _ room: DecodingRoom) throws -> [WindowJob] {
    let id = open[at].id
    do {
      var latest = open[at].done
      let jobs = try open[at].pass.prepare(count, room) { seconds in
        latest = max(latest, seconds)
        try report(id, latest)
      }
      open[at].done = latest
      open[at].taken = jobs.count
      if jobs.isEmpty {
        try report(id, open[at].pass.summary.duration)
        try desk.finished(id, .success(transcription(open[at])))
      }
      return jobs
    } catch {
      try settle(id, error)
      return []
    }
  }

  /// What is wrong with one recording is its own; everything else ends the work.
  private func settle(_ id: Int, _ error: any Error) throws {
    switch error {
    case is Withdrawn: break
    case AudioError.cancelled: throw error
    case is AudioError, is ModelError: try desk.finished(id, .failure(error))
    default: throw error
    }
  }

  private func report(_ id: Int, _ seconds: Double) throws {
    if desk.isWithdrawn(id) { throw Withdrawn() }
    try desk.progress(id, seconds: seconds)
  }

  private func tick() throws {
    guard let wanted = open.first(where: { !desk.isWithdrawn($0.id) }) else { throw Withdrawn() }
    try desk.progress(wanted.id, seconds: wanted.done)
  }

  private mutating func accept(_ results: [WindowResult], _ room: DecodingRoom) throws {
    var rest = results[...]
    for at in open.indices where open[at].taken > 0 {
      let found = open[at].pass.accept(Array(rest.prefix(open[at].taken)), room)
      rest = rest.dropFirst(open[at].taken)
      open[at].taken = 0
      open[at].segments += found
      open[at].done = max(open[at].done, found.last?.end ?? 0)
      if desk.isWithdrawn(open[at].id) { continue }
      try desk.heard(found, of: open[at].id, checkpoint: open[at].pass.checkpoint)
    }
  }

  private func transcription(_ recording: Open) -> Transcription {
    let summary = recording.pass.summary
    return Transcription(
      segments: recording.segments, language: summary.language, languageProbability: summary.languageProbability,
      duration: summary.duration, durationAfterVAD: summary.durationAfterVAD,
      skipped: summary.skipped.sorted { $0.start < $1.start })
  }
}
