import Foundation
import ModelStore
import Synchronization

/// Shows a pull: a bar where a person looks, a line a file otherwise.
final class PullProgress: Sendable {
  private struct State {
    var bar: ProgressBar?
    /// When the bar was drawn last; drawing for every piece that comes would cost more than the pieces.
    var drawn = ContinuousClock.now
  }

  private let label: String
  private let listsFiles: Bool
  private let state = Mutex(State())

  init(_ label: String, listsFiles: Bool) {
    self.label = label
    self.listsFiles = listsFiles
  }

  func show(_ event: PullEvent) {
    switch event {
    case .begins(_, let total, let kept): begin(total, kept)
    case .progress(let bytes, let total): draw(bytes, total)
    case .checking(let file): if Console.isTerminal { line("\(label): checking \(file)", isPassing: true) }
    case .retrying(let what, let reason, let seconds):
      line("\(what): \(reason). Trying again in \(seconds.formatted(.number.precision(.fractionLength(0...1)))) s.")
    case .startsOver(let file, let reason): line("\(file): \(reason). Fetching it again from the start.")
    case .completed(let file, let bytes):
      clear()
      if listsFiles { Console.line("\(file) \(bytes)") }
    }
  }

  func clear() {
    state.withLock { $0.bar?.clear() }
  }

  private func begin(_ total: Int, _ kept: Int) {
    state.withLock { $0.bar = ProgressBar(label, total: Double(total)) }
    if kept > 0 { line("\(label): \(ModelText.size(kept)) of \(ModelText.size(total)) are here from an earlier pull.") }
  }

  private func draw(_ bytes: Int, _ total: Int) {
    state.withLock { state in
      guard ContinuousClock.now - state.drawn > .milliseconds(100) else { return }
      state.drawn = .now
      state.bar?.show(Double(bytes), note: "\(ModelText.size(bytes)) of \(ModelText.size(total))")
    }
  }

  private func line(_ text: String, isPassing: Bool = false) {
    clear()
    isPassing ? Console.rawError(Wording.plain(text)) : Console.error(Wording.plain(text))
  }
}
