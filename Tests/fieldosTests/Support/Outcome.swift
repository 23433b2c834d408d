import Foundation
import Testing

/// What a finished run left behind.
struct Outcome: Sendable, CustomStringConvertible {
  let arguments: [String]
  let status: Int32
  /// Ended by a signal: for `fieldos` that is a crash, unless the test sent it.
  let signalled: Bool
  let out: String
  let err: String

  var lines: [String] { out.split(separator: "\n").map(String.init) }
  var errorLines: [String] { err.split(separator: "\n").map(String.init) }
  /// The lines that say what failed.
  var complaints: [String] { errorLines.filter { $0.hasPrefix("fieldos: ") } }

  var description: String {
    let end = signalled ? "signal" : "exit"
    return "\(arguments.joined(separator: " ")) => \(end) \(status)\nstdout: \(out)\nstderr: \(err)"
  }
}

/// Exit 0, without a complaint.
func expectSuccess(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(!outcome.signalled && outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.complaints.isEmpty, "\(outcome)", sourceLocation: sourceLocation)
}

/// Exit 1, nothing on stdout, and exactly one line that starts `fieldos: ` and holds `name`.
func expectRefusal(_ outcome: Outcome, naming name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(!outcome.signalled && outcome.status == 1, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.out.isEmpty, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.complaints.count == 1, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.complaints.allSatisfy { $0.contains(name) }, "\(outcome)", sourceLocation: sourceLocation)
  expectNoOtherErrors(outcome, sourceLocation: sourceLocation)
}

/// Exit 2 with something on stderr that holds `word`, and nothing on stdout.
func expectMisuse(_ outcome: Outcome, saying word: String, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(!outcome.signalled && outcome.status == 2, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.out.isEmpty, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.err.contains(word), "\(outcome)", sourceLocation: sourceLocation)
}

/// Beside complaints, stderr may hold notices, but no traces of a trap or of an unworded error.
func expectNoOtherErrors(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
  for trace in ["Fatal error", "Crash", "Error Domain=", "NSPOSIXErrorDomain", "SQLite error"] {
    #expect(!outcome.err.contains(trace), "\(outcome)", sourceLocation: sourceLocation)
  }
}
