import Foundation
import ModelStore

/// What ships with the executable: the demo model, its sample recordings and demo data, in
/// a folder beside it.
enum Resources {
  /// SwiftPM's folder of resources: named so on Linux, and with `.bundle` on macOS.
  private static let root: URL = {
    let beside = Bundle.main.bundleURL
    let bundle = beside.appending(path: "fieldos_fieldos.bundle")
    return FileManager.default.fileExists(atPath: bundle.path)
      ? bundle : beside.appending(path: "fieldos_fieldos.resources")
  }()

  static var demoModel: URL? { existing("demo-en") }
  static var demoData: URL? { existing("demo-data") }
  static var samples: URL? { existing("samples") }

  private static func existing(_ name: String) -> URL? {
    let url = root.appending(path: name)
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  struct Sample {
    let file: URL
    let spoken: String
  }

  /// The sample recordings with the words spoken in them, from `samples.tsv` (columns clip, text).
  static func sampleClips() throws -> [Sample] {
    guard let samples, let table = try? String(contentsOf: samples.appending(path: "samples.tsv"), encoding: .utf8)
    else {
      throw ModelStoreError.demoMissing
    }
    return table.split(separator: "\n").dropFirst().compactMap { line in
      let columns = line.split(separator: "\t")
      guard columns.count >= 2 else { return nil }
      return Sample(file: samples.appending(path: String(columns[0])), spoken: String(columns[1]))
    }
  }
}
