import ArgumentParser
import Foundation
import Operations
import Storage

struct ResetSampleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset-sample",
    abstract: "Remove what notes and tests left in crm_sample.csv: keep the customers, whose ids start with C.")

  @Flag(help: "Keep rows whose ids start with DEMO-, too.") var keepDemo = false

  func run() async throws {
    let counts = try SampleView(store: try FieldStore.existing()).reset(keepDemo: keepDemo)
    Console.line("crm_sample.csv: kept \(counts.kept), removed \(counts.removed).")
  }
}
