import CKernels
import CPeaks
import Foundation
import SpeechEngine

/// Every kernel on one and on all threads, with its share of what the machine can do, measured in the same run.
struct KernelReport {
  private struct Row: Encodable {
    let kernel: String
    let threads: Int
    /// Billions of operations or of bytes a second; of `mel`, milliseconds for 30 s.
    let value: Double
    let unit: String
    /// Of the measured peak; nil where there is none to compare with.
    let share: Double?
  }

  private struct Report: Encodable {
    let variant: String
    let peaks: [Row]
    let kernels: [Row]
  }

  private var isJSON = false
  private var kernel: String?
  private var threads = KernelVariant.cores

  init(arguments: some Sequence<String>) throws {
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      switch argument {
      case "--json": isJSON = true
      case "--kernel": kernel = rest.next()
      case "--threads":
        guard let count = rest.next().flatMap({ Int($0) }), count > 0 else { throw BenchError.usage }
        threads = count
      default: throw BenchError.usage
      }
    }
  }

  func run() throws {
    guard let table = kernel.map({ ck_kernels_named($0) }) ?? ck_kernels_best() else {
      throw BenchError.unsupported("kernel \(kernel ?? ""); this CPU has \(KernelVariant.available)")
    }
    var (peaks, rows): ([Row], [Row]) = ([], [])
    let cases = KernelCases(kernels: table.pointee).all
    for count in threads > 1 ? [1, threads] : [1] {
      let machine = Machine(Peaks(threads: count, avx2Only: kernel == "avx2"))
      peaks += machine.rows
      rows += cases.map { machine.measure($0) }
      rows.append(try mel(threads: count))
    }
    let report = Report(variant: String(cString: table.pointee.name), peaks: peaks, kernels: rows)
    print(try isJSON ? Self.json(report) : Self.markdown(report))
  }

  /// What the machine can do on so many threads, measured once.
  private struct Machine {
    let threads: Int
    let memory: Double
    let arithmetic: [(kind: cp_arithmetic, instruction: String, rate: Double)]

    init(_ peaks: Peaks) {
      threads = peaks.threads
      memory = peaks.memory()
      arithmetic = [CP_F32, CP_BF16, CP_S8, CP_S16].compactMap { kind in
        peaks.operations(kind).map { (kind, peaks.instruction(kind), $0) }
      }
    }

    var rows: [Row] {
      let reading = Row(kernel: "reading memory", threads: threads, value: memory / 1e9, unit: "GB/s", share: nil)
      return [reading]
        + arithmetic.map {
          Row(
            kernel: "\(Self.name($0.kind)): \($0.instruction)", threads: threads, value: $0.rate / 1e9, unit: "GOP/s",
            share: nil)
        }
    }

    private static func name(_ kind: cp_arithmetic) -> String {
      switch kind {
      case CP_F32: "float32"
      case CP_BF16: "bfloat16"
      case CP_S8: "int8"
      default: "int16"
      }
    }

    func measure(_ item: KernelCase) -> Row {
      let rate = Throughput.measure(item.parts(threads))
      switch item.limit {
      case .memory:
        return Row(kernel: item.name, threads: threads, value: rate / 1e9, unit: "GB/s", share: rate / memory)
      case .arithmetic(let kind):
        let peak = arithmetic.first { $0.kind == kind }?.rate
        return Row(
          kernel: item.name, threads: threads, value: rate / 1e9, unit: "GOP/s", share: peak.map { rate / $0 })
      }
    }
  }

  /// Log-mel features of 30 s of noise, the best of several.
  private func mel(threads: Int) throws -> Row {
    let block = Block<Float>(30 * AudioClip.sampleRate)
    block.fill { Float(($0 * 7919) % 2001 - 1000) / 2000 }
    let clip = AudioClip(samples: (0..<30 * AudioClip.sampleRate).map { block[$0] })
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<30 {
      let start = clock.now
      _ = try FeatureStream(clip, threads: threads, kernel: kernel)
      best = min(best, (clock.now - start) / .milliseconds(1))
    }
    return Row(kernel: "mel of 30 s, 80 bands", threads: threads, value: best, unit: "ms", share: nil)
  }

  // MARK: - Output

  private static func json(_ report: Report) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }

  private static func markdown(_ report: Report) -> String {
    var lines = ["| peak | threads | measured |", "|---|---|---|"]
    lines += report.peaks.map { "| \($0.kernel) | \($0.threads) | \(number($0.value)) \($0.unit) |" }
    lines += ["", "| kernel (\(report.variant)) | threads | measured | of the peak |", "|---|---|---|---|"]
    lines += report.kernels.map { row in
      let share = row.share.map { "\(Int(($0 * 100).rounded())) %" } ?? ""
      return "| \(row.kernel) | \(row.threads) | \(number(row.value)) \(row.unit) | \(share) |"
    }
    return lines.joined(separator: "\n")
  }

  private static func number(_ value: Double) -> String { String(format: value < 10 ? "%.2f" : "%.1f", value) }
}
