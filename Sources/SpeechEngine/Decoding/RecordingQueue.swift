/// Recordings that are decoded together: opened one after the other as there is room in the batch, forgotten when they end.
struct RecordingQueue {
  private struct Open {
    let index: Int
    let pass: any RecordingPass
    var segments: [Segment] = []
    /// Windows of it in the batch.
    var taken = 0
  }

  private let sources: [any SampleSource]
  private let limit: Int
  private var next = 0
  private var open: [Open] = []
  private var done: [Double]
  private var finished: [Result<Transcription, any Error>?]

  init(_ sources: [any SampleSource], limit: Int) {
    self.sources = sources
    self.limit = limit
    done = sources.map { _ in 0 }
    finished = sources.map { _ in nil }
  }

  /// In the order of the sources; all are there when `prepare` has returned nil.
  var results: [Result<Transcription, any Error>] { finished.compactMap { $0 } }

  /// Windows of all recordings that are open, at most `limit`; nil when all are done.
  mutating func prepare(
    _ room: DecodingRoom, open start: (Int) throws -> any RecordingPass,
    progress: (Int, Double) throws -> Void
  ) throws -> [WindowJob]? {
    var jobs: [WindowJob] = []
    var at = 0
    while jobs.count < limit {
      if at == open.count {
        guard try openNext(start) else { break }
        continue  // the next may have failed to open
      }
      let own = try take(at, limit - jobs.count, room, progress)
      if own.isEmpty { open.remove(at: at) } else { at += 1 }
      jobs += own
    }
    return jobs.isEmpty ? nil : jobs
  }

  /// - Returns: false when no recording is left.
  private mutating func openNext(_ start: (Int) throws -> any RecordingPass) throws -> Bool {
    guard next < sources.count else { return false }
    let index = next
    next += 1
    do {
      open.append(Open(index: index, pass: try start(index)))
    } catch {
      try fail(index, error)
    }
    return true
  }

  /// Windows of one recording; none when it has ended or can't be read any more.
  private mutating func take(
    _ at: Int, _ count: Int, _ room: DecodingRoom, _ progress: (Int, Double) throws -> Void
  ) throws -> [WindowJob] {
    let index = open[at].index
    do {
      var latest = done[index]
      let jobs = try open[at].pass.prepare(count, room) { seconds in
        latest = max(latest, seconds)
        try progress(index, latest)
      }
      done[index] = latest
      open[at].taken = jobs.count
      if jobs.isEmpty { finished[index] = .success(transcription(open[at])) }
      return jobs
    } catch {
      try fail(index, error)
      return []
    }
  }

  /// What is wrong with one recording is its own; everything else ends the work.
  private mutating func fail(_ index: Int, _ error: any Error) throws {
    switch error {
    case AudioError.cancelled: throw error
    case is AudioError, is ModelError: finished[index] = .failure(error)
    default: throw error
    }
  }

  func tick(_ progress: (Int, Double) throws -> Void) throws {
    if let first = open.first { try progress(first.index, done[first.index]) }
  }

  mutating func accept(
    _ results: [WindowResult], _ room: DecodingRoom, _ segment: (Int, Segment) throws -> Void
  ) throws {
    var rest = results[...]
    for at in open.indices where open[at].taken > 0 {
      let found = open[at].pass.accept(Array(rest.prefix(open[at].taken)), room)
      rest = rest.dropFirst(open[at].taken)
      open[at].taken = 0
      open[at].segments += found
      let index = open[at].index
      done[index] = max(done[index], found.last?.end ?? 0)
      for item in found { try segment(index, item) }
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
