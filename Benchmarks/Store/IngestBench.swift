import Capture
import Foundation
import Storage

/// Times `Ingest` and ``PlainIngest`` in turn on the same disk, each on recordings that neither has seen.
struct IngestBench {
  private var rounds = 60
  private var folder = FileManager.default.temporaryDirectory
  /// A 16 kHz mono 16-bit WAV of 30 s.
  private let byteCount = 30 * 16_000 * 2 + 44

  init(arguments: ArraySlice<String>) throws {
    var rest = arguments
    while let flag = rest.popFirst() {
      switch (flag, rest.popFirst()) {
      case ("--rounds", let value?):
        guard let rounds = Int(value), rounds > 0 else { throw BenchError.usage }
        self.rounds = rounds
      case ("--folder", let value?): folder = URL(filePath: value, directoryHint: .isDirectory)
      default: throw BenchError.usage
      }
    }
  }

  func run() throws {
    let room = folder.appending(path: "store-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: room, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: room) }
    let store = try FieldStore.open(dataDirectory: room.appending(path: "fieldos"))
    let ours = Ingest(store: store, dataDirectory: store.dataDirectory)
    let plain = try PlainIngest(folder: room.appending(path: "plain"))
    var times: (ours: [Double], plain: [Double]) = ([], [])
    // The first rounds warm both up and count nothing; who goes first alternates.
    for round in -3..<rounds {
      let files = try (0..<2).map { try recording(in: room, "\(round)-\($0).wav") }
      let first = try round % 2 == 0 ? time { try keep(ours, files[0]) } : time { try plain.keep(files[1]) }
      let second = try round % 2 == 0 ? time { try plain.keep(files[1]) } : time { try keep(ours, files[0]) }
      for file in files { try FileManager.default.removeItem(at: file) }
      if round < 0 { continue }
      times.ours.append(round % 2 == 0 ? first : second)
      times.plain.append(round % 2 == 0 ? second : first)
    }
    report(median(times.ours), median(times.plain))
  }

  private func keep(_ ingest: Ingest, _ file: URL) throws {
    guard case .stored = try ingest.ingest(file: file) else { throw BenchError.failed("\(file.path): not stored") }
  }

  private func recording(in room: URL, _ name: String) throws -> URL {
    // Knuth's MMIX generator from a seed of its own: bytes that nobody has seen, made in no time.
    var state = UInt64.random(in: 0...UInt64.max)
    let words = (0..<byteCount / 8 + 1).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
    let file = room.appending(path: name)
    try words.withUnsafeBytes { Data($0.prefix(byteCount)) }.write(to: file)
    return file
  }

  private func time(_ work: () throws -> Void) rethrows -> Double {
    let begin = ContinuousClock.now
    try work()
    let span = begin.duration(to: .now).components
    return Double(span.seconds) * 1_000 + Double(span.attoseconds) / 1e15
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  private func report(_ ours: Double, _ plain: Double) {
    print(String(format: "durable ingest of 30 s (%d bytes), median of %d in turn", byteCount, rounds))
    print(String(format: "  fieldos %8.3f ms\n  plain   %8.3f ms\n  ratio   %8.3f", ours, plain, ours / plain))
    print(
      String(
        format: #"{"bench":"ingest","rounds":%d,"fieldos_ms":%.3f,"plain_ms":%.3f,"ratio":%.3f}"#, rounds, ours, plain,
        ours / plain))
  }
}
