import Foundation
import SpeechEngine
import Testing

/// A short replay of `Tools/fuzz`: its seeds and whatever once went wrong, as they are and changed. What it proves is that
/// the process lives on; see `Tools/fuzz/README.md` for the long runs.
@Suite("Replay of the fuzz corpus")
struct FuzzReplayTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Tools/fuzz/corpus")

  private static func inputs(_ target: HostileInput) throws -> [(name: String, bytes: Data)] {
    let folder = corpus.appending(path: target.rawValue)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      ($0, try Data(contentsOf: folder.appending(path: $0)))
    }
  }

  /// Seeds named `valid-…` hold what the fuzzer starts from: were they refused, it would not get past the first check.
  @Test("valid seeds are read to their end", arguments: HostileInput.allCases)
  func validSeeds(target: HostileInput) throws {
    let seeds = try Self.inputs(target).filter { $0.name.hasPrefix("valid-") }
    #expect(!seeds.isEmpty)
    for seed in seeds { #expect(throws: Never.self, "\(seed.name)") { try target.read(seed.bytes) } }
  }

  @Test("inputs that are not valid throw the reader's own errors", arguments: HostileInput.allCases)
  func invalidInputs(target: HostileInput) throws {
    for input in try Self.inputs(target) where !input.name.hasPrefix("valid-") {
      do {
        try target.read(input.bytes)
      } catch {
        #expect(error is AudioError || error is ModelError || error is VoiceActivityError, "\(input.name): \(error)")
      }
    }
  }

  @Test(
    "no change to an input crashes or stalls its reader", .timeLimit(.minutes(10)), arguments: HostileInput.allCases)
  func mutations(target: HostileInput) throws {
    var random = SplitMix64(state: 1)
    var refused = 0
    for input in try Self.inputs(target) {
      for _ in 0..<64 {
        let changed = Self.mutate(input.bytes, &random)
        do { try target.read(changed) } catch { refused += 1 }
      }
    }
    #expect(refused > 0, "changes that all readers accept test nothing")
  }

  /// One to four changes: a byte, a run of extreme bytes, a cut, or a repeated stretch.
  private static func mutate(_ bytes: Data, _ random: inout SplitMix64) -> Data {
    var result = [UInt8](bytes)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !result.isEmpty {
      let at = Int.random(in: 0..<result.count, using: &random)
      let end = min(result.count, at + Int.random(in: 1...8, using: &random))
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1: result[at] = .random(in: 0...255, using: &random)
      case 2: for i in at..<end { result[i] = Bool.random(using: &random) ? 0xFF : 0 }
      case 3: result.removeSubrange(at..<(Bool.random(using: &random) ? end : result.count))
      default: result.insert(contentsOf: Array(result[at..<end]), at: at)
      }
    }
    return Data(result)
  }
}

/// Sebastiano Vigna's generator: the same changes in every run.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
