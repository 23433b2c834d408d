import Domain
import Foundation
import SpeechEngine

/// A smoke run as it is kept: `docs/smoke/<date>-<host>.md`.
struct SmokeRecord {
  let steps: [ChecklistStep]
  let engine: String
  let seconds: Double
  let date: Date
  let host: String
  /// Who signs, nil for a line to be filled in.
  let signer: String?

  var fileName: String {
    let day = Timestamp.utc(date).prefix(10)
    let name = host.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return "\(day)-\(String(name)).md"
  }

  var text: String {
    let cpu = "\(KernelVariant.cores) cores, kernels \(KernelVariant.available.joined(separator: ", "))"
    let facts = [
      ("FieldOS", Product.version), ("When", Timestamp.utc(date)), ("Host", host), ("CPU", cpu), ("Engine", engine),
      ("Took", String(format: "%.1f s", seconds)), ("Result", steps.allSatisfy(\.isGood) ? "passed" : "FAILED"),
    ]
    let rows = steps.map { "| \($0.name) | \($0.isGood ? "OK" : "ERROR") | \(Self.cell($0.words)) |" }
    return """
      # Smoke run

      \(facts.map { "- \($0.0): \($0.1)" }.joined(separator: "\n"))

      | step | | what |
      |---|---|---|
      \(rows.joined(separator: "\n"))

      Signed off by: \(signer.map(Self.cell) ?? "____________________")

      """
  }

  private static func cell(_ text: String) -> String { Wording.plain(text).replacing("|", with: "\\|") }
}
