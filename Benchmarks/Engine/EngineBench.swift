import Foundation

/// Measures the engine in a warm process. Usage:
///
///     engine-bench                                                    commands as JSON lines on standard input
///     engine-bench kernels [--json] [--kernel NAME] [--threads N]     each kernel against the machine's measured peak
@main
struct EngineBench {
  static func main() {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      switch arguments.first {
      case nil: try Session().run()
      case "kernels": try KernelReport(arguments: arguments.dropFirst()).run()
      default: throw BenchError.usage
      }
    } catch {
      FileHandle.standardError.write(Data("engine-bench: \(error)\n".utf8))
      exit(1)
    }
  }
}

enum BenchError: Error, CustomStringConvertible {
  case usage
  case noModel
  case missing(String)
  case unsupported(String)

  var description: String {
    switch self {
    case .usage: "usage: engine-bench [kernels [--json] [--kernel NAME] [--threads N]]"
    case .noModel: "the first command is load"
    case .missing(let field): "the command lacks '\(field)'"
    case .unsupported(let what): "unsupported: \(what)"
    }
  }
}
