import Foundation

/// A thing that has to be so, and whether it is.
struct ChecklistStep: Equatable {
  let name: String
  let isGood: Bool
  /// What was found; where it is not good, what to do too.
  let words: String

  /// As the terminal shows it.
  var line: String {
    let padded = name.padding(toLength: max(12, name.count), withPad: " ", startingAt: 0)
    return Wording.plain("\(isGood ? "[OK]   " : "[ERROR]") \(padded) \(words)")
  }
}
