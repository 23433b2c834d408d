import ArgumentParser
import Foundation

struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List, fetch, check and remove speech models.",
    subcommands: [
      ModelsListCommand.self, ModelsPullCommand.self, ModelsVerifyCommand.self, ModelsPathCommand.self,
      ModelsRemoveCommand.self,
    ])
}

/// What the commands about models print alike.
enum ModelText {
  /// `145.2 MB`, in steps of 1000 as disks are sold.
  static func size(_ bytes: Int) -> String {
    let units = ["kB", "MB", "GB", "TB"]
    guard bytes >= 1000 else { return "\(bytes) B" }
    var value = Double(bytes) / 1000
    var unit = 0
    while value >= 999.95, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return "\((value * 10).rounded() / 10) \(units[unit])"
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
