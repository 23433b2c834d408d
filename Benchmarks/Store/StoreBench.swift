import Foundation

/// Measures the store. Usage:
///
///     store-bench claim [--rounds N] [--large N]     claims with 100 and with 100,000 jobs waiting, in one run
///     store-bench ingest [--rounds N] [--folder DIR]   durable ingest of 30 s against a plain program's same steps
///
/// Folders are made in `TMPDIR`: name one on the disk that is to be measured.
@main
struct StoreBench {
  static func main() {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      switch arguments.first {
      case "claim": try ClaimBench(arguments: Array(arguments.dropFirst())).run()
      case "ingest": try IngestBench(arguments: arguments.dropFirst()).run()
      default: throw BenchError.usage
      }
    } catch {
      FileHandle.standardError.write(Data("store-bench: \(error)\n".utf8))
      exit(1)
    }
  }
}

enum BenchError: Error, CustomStringConvertible {
  case usage
  case nothingClaimed(String)
  case failed(String)

  var description: String {
    switch self {
    case .usage: "usage: store-bench claim [--rounds N] [--large N] | ingest [--rounds N] [--folder DIR]"
    case .nothingClaimed(let room): "\(room): nothing was claimed"
    case .failed(let what): what
    }
  }
}

/// The values of `--name value` pairs.
struct Options {
  private var values: [String: Int] = [:]

  /// - Throws: where a name is not allowed or a value no number from 1.
  init(_ arguments: [String], allowed: Set<String>) throws {
    guard arguments.count % 2 == 0 else { throw BenchError.usage }
    for index in stride(from: 0, to: arguments.count, by: 2) {
      guard allowed.contains(arguments[index]), let value = Int(arguments[index + 1]), value >= 1 else {
        throw BenchError.usage
      }
      values[arguments[index]] = value
    }
  }

  subscript(name: String, default value: Int) -> Int { values[name] ?? value }
}
