import Domain
import Foundation

/// What lines of an operations log alone can tell, where no store knows better: lines of the prototype, and logs that
/// came without their database.
struct LogFigures {
  /// How often something was tried, and went well.
  struct Outcomes: Equatable {
    var tried = 0
    var good = 0
  }

  let worker: Outcomes
  let crm: Outcomes
  let failures: Int
  /// Milliseconds to the first words, a value a recording.
  let firstPartials: [Double]
  /// Updates of live words, a value a recording.
  let updates: [Int]
  let dropouts: Int

  /// - Parameters:
  ///   - entries: in order.
  ///   - isInSpan: which of them count; the ones before tell where counters stood.
  init(_ entries: [OpsLogEntry], isInSpan: (OpsLogEntry) -> Bool) {
    let counted = entries.filter(isInSpan)
    worker = Self.worker(entries, isInSpan)
    crm = Self.crm(counted)
    failures = Self.increase(entries, isInSpan, \.aiFailures)
    let recordings = Self.recordings(entries, isInSpan)
    firstPartials = recordings.compactMap(\.streamFirstPartialMilliseconds)
    updates = recordings.compactMap(\.streamUpdates).filter { $0 > 0 }
    dropouts = recordings.compactMap(\.streamDropouts).filter { (0...1_000_000).contains($0) }.reduce(0, +)
  }

  /// How much a counter rose. One that fell was started anew, as the prototype's were with every session.
  static func increase(
    _ entries: [OpsLogEntry], _ isInSpan: (OpsLogEntry) -> Bool, _ field: KeyPath<OpsLogEntry, Int?>
  ) -> Int {
    var (before, total) = (0, 0)
    for entry in entries {
      guard let value = entry[keyPath: field], (0...1_000_000_000).contains(value) else { continue }
      if isInSpan(entry) { total += value >= before ? value - before : value }
      before = value
    }
    return total
  }

  /// Each success and each error is told by many lines and counts once. A worker that is off has neither.
  private static func worker(_ entries: [OpsLogEntry], _ isInSpan: (OpsLogEntry) -> Bool) -> Outcomes {
    var outcomes = Outcomes()
    var (success, error): (String?, String?) = (nil, nil)
    for entry in entries {
      let isNewSuccess = entry.finalWorkerLastSuccess != nil && entry.finalWorkerLastSuccess != success
      let isNewError = entry.finalWorkerError?.nonEmpty != nil && entry.finalWorkerError != error
      if isInSpan(entry) {
        outcomes.tried += (isNewSuccess ? 1 : 0) + (isNewError ? 1 : 0)
        outcomes.good += isNewSuccess ? 1 : 0
      }
      success = entry.finalWorkerLastSuccess ?? success
      error = entry.finalWorkerError?.nonEmpty
    }
    return outcomes
  }

  /// What became of notes: a note that is still retried has not ended, one that never got an answer has failed like one
  /// that was refused. A note that was kept because somebody worked offline was not tried.
  private static func crm(_ entries: [OpsLogEntry]) -> Outcomes {
    var outcomes = Outcomes()
    for entry in entries {
      let isTrouble = entry.crmError?.nonEmpty != nil || entry.crmResponseCode != nil
      switch entry.status {
      case "synced":
        outcomes.tried += 1
        outcomes.good += 1
      case "failed": outcomes.tried += 1
      case "cached" where isTrouble: outcomes.tried += 1
      default: break
      }
    }
    return outcomes
  }

  /// A line for each recording with live words: those whose numbers differ from the line before.
  private static func recordings(
    _ entries: [OpsLogEntry], _ isInSpan: (OpsLogEntry) -> Bool
  ) -> [OpsLogEntry] {
    func numbers(_ entry: OpsLogEntry) -> [Double?] {
      [
        entry.streamUpdates.map(Double.init), entry.streamFirstPartialMilliseconds,
        entry.streamDropouts.map(Double.init),
      ]
    }
    let none: [[Double?]] = [[nil, nil, nil], [0, nil, 0]]
    var before = none[0]
    return entries.filter { entry in
      let now = numbers(entry)
      defer { before = now }
      return now != before && !none.contains(now) && isInSpan(entry)
    }
  }
}

extension String {
  /// nil instead of an empty text.
  var nonEmpty: String? { isEmpty ? nil : self }
}
