import Copilot
import CopilotEvaluation
import Domain
import Endpoints
import Foundation
import Operations
import Storage

// copilot-bench evaluate <folder with demo data> <questions.tsv> [held] [by <address of an OpenAI-compatible endpoint>]
// copilot-bench validate <folder with demo data> <questions.tsv> [by <address>]
// copilot-bench speed <chunks> [<folder with demo data> <questions.tsv> [<folder to keep the index in>]]
// Measures the copilot's retrieval; docs/performance.md says what came of it.

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("evaluate", 3...), ("validate", 3...):
  let address = arguments.firstIndex(of: "by").flatMap { arguments.dropFirst($0 + 1).first }
  let embedding = try address.map {
    try EmbeddingEndpoint(baseURL: $0, key: nil, model: "all-MiniLM-L6-v2", timeout: .seconds(600))
  }
  let run = EvaluationRun(
    data: URL(filePath: arguments[1]), questions: URL(filePath: arguments[2]), embedding: embedding)
  if arguments[0] == "validate" {
    try await run.validate()
  } else {
    try await run.run(heldOut: arguments.contains("held"))
  }
case ("speed", 2...):
  try SpeedRun(
    chunks: Int(arguments[1]) ?? 10_000, data: arguments.count > 3 ? URL(filePath: arguments[2]) : nil,
    questions: arguments.count > 3 ? URL(filePath: arguments[3]) : nil,
    kept: arguments.count > 4 ? URL(filePath: arguments[4], directoryHint: .isDirectory) : nil
  ).run()
default:
  print(
    "usage: copilot-bench evaluate <folder> <questions.tsv> [held] [by <endpoint>] "
      + "| validate <folder> <questions.tsv> [by <endpoint>] "
      + "| speed <chunks> [<folder> <questions.tsv> [<folder to keep>]]")
}
