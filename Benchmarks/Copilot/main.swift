import Copilot
import CopilotEvaluation
import Domain
import Foundation
import Operations
import Storage

// copilot-bench evaluate <folder with demo data> <questions.tsv> [held]
// copilot-bench speed <chunks> [<folder with demo data> <questions.tsv>]
// Measures the copilot's retrieval; docs/performance.md says what came of it.

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("evaluate", 3...):
  try await EvaluationRun(data: URL(filePath: arguments[1]), questions: URL(filePath: arguments[2])).run(
    heldOut: arguments.last == "held")
case ("speed", 2...):
  try SpeedRun(
    chunks: Int(arguments[1]) ?? 10_000, data: arguments.count > 3 ? URL(filePath: arguments[2]) : nil,
    questions: arguments.count > 3 ? URL(filePath: arguments[3]) : nil
  ).run()
default:
  print("usage: copilot-bench evaluate <folder> <questions.tsv> [held] | speed <chunks> [<folder> <questions.tsv>]")
}
