import Foundation
import SpeechEngine
import Testing

@Suite("Silero v6")
struct SileroTests {
  typealias Signal = VoiceActivityGolden.Signal

  @Test("the goldens are there") func goldens() { #expect(VoiceActivityGolden.heard.count == 10) }

  @Test("scores equal onnxruntime's within 1e-4", arguments: VoiceActivityGolden.heard, KernelVariant.available)
  func scores(signal: Signal, kernel: String) throws {
    let sound = try signal.sound()
    let detector = try VoiceActivityDetector(silero: VoiceActivityGolden.silero, kernel: kernel)
    let found = try detector.scores(of: sound)
    let expected = try signal.scores()
    let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(sound.count == signal.samples && found.count == expected.count)
    #expect(worst < 1e-4, "\(worst); \(Goldens.regenerate)")
  }

  @Test("stretches of speech are faster-whisper's", arguments: VoiceActivityGolden.heard)
  func stretches(signal: Signal) throws {
    let detector = try VoiceActivityDetector(silero: VoiceActivityGolden.silero)
    #expect(detector.kind == .silero(VoiceActivityGolden.silero))
    let sound = try signal.sound()
    let cases = try Goldens.json(StretchesGolden.self, "vad-stretches.json").cases.filter { $0.signal == signal.signal }
    #expect(cases.count >= 10)
    for golden in cases {
      #expect(try detector.speech(in: sound, options: golden.options.value) == golden.ranges, "\(golden.options)")
    }
  }

  @Test("samples that are no numbers count as speech and leave no trace") func notNumbers() throws {
    let detector = try VoiceActivityDetector(silero: VoiceActivityGolden.silero)
    var sound = [Float](repeating: 0, count: 512 * 100)
    sound[512 * 10] = .nan
    let scores = try detector.scores(of: sound)
    #expect(scores.allSatisfy { (0...1).contains($0) })
    #expect(scores[10] == 1 && scores[50] < 0.1)
  }

  @Test("a recording is read once, in blocks, with a checkpoint before each") func blocks() throws {
    let detector = try VoiceActivityDetector(silero: VoiceActivityGolden.silero)
    let count = 700_001
    var (reads, checkpoints): ([Range<Int>], [Int]) = ([], [])
    let found = try detector.speech(count: count, checkpoint: { checkpoints.append($0) }) { range, buffer in
      reads.append(range)
      buffer.update(repeating: 0)
      #expect(buffer.count == range.count)
    }
    #expect(found.isEmpty)
    #expect(reads == [0..<262_144, 262_144..<524_288, 524_288..<count] && checkpoints == reads.map(\.lowerBound))
  }

  @Test("what a checkpoint throws ends the work") func cancelled() throws {
    struct Stop: Error {}
    let detector = try VoiceActivityDetector(silero: VoiceActivityGolden.silero)
    var reads = 0
    #expect(throws: Stop.self) {
      try detector.speech(count: 1 << 30, checkpoint: { if $0 > 0 { throw Stop() } }) { _, _ in reads += 1 }
    }
    #expect(reads == 1)
  }
}

@Suite("Silero weights")
struct SileroWeightsTests {
  let folder: ScratchFolder
  let good: Data

  init() throws {
    folder = try ScratchFolder()
    good = try Data(contentsOf: VoiceActivityGolden.silero)
  }

  func failure(_ data: Data) throws -> VoiceActivityError? {
    let url = folder.url.appending(path: "silero.onnx")
    try data.write(to: url)
    return #expect(throws: VoiceActivityError.self) { try SileroWeights(contentsOf: url) }
  }

  @Test("a file is refused wherever it was cut") func truncated() throws {
    for part in 0..<200 {
      let cut = good.count * part / 200
      #expect(try failure(good.prefix(cut))?.message.contains("silero.onnx") == true, "\(cut)")
    }
  }

  @Test("flipped bytes in names, shapes and lengths never crash") func flipped() throws {
    let url = folder.url.appending(path: "flipped.onnx")
    let tail = try #require(good.range(of: Data("decoder.conv1d.bias".utf8), options: .backwards))
    for offset in Array(0..<100) + Array(tail.lowerBound - 60..<tail.upperBound + 60) {
      for value in [0x00, 0xFF] as [UInt8] {
        var data = good
        data[offset] = value
        try data.write(to: url)
        _ = try? SileroWeights(contentsOf: url)
      }
    }
  }

  @Test(
    "hostile lengths and wire types are refused",
    arguments: [
      [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
      [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0x3A, 0x02, 0x2A, 0x7F], [0x3A, 0x06, 0x2A, 0x04, 0x0A, 0x7F, 0x01, 0x01], [0x3B], [0x3C], [0x3F], [0x39, 0x00],
      [0x3A, 0x00], [0x3A, 0x00, 0x3A, 0x00], [],
    ] as [[UInt8]])
  func hostile(bytes: [UInt8]) throws { #expect(try failure(Data(bytes)) != nil) }

  @Test("a message nested a hundred thousand deep is refused, not followed") func nested() throws {
    // Lengths of five bytes, as protobuf allows: each message holds the next.
    var data = Data()
    let depth = 100_000
    for level in 0..<depth {
      let length = (depth - level - 1) * 6
      data.append(0x3A)
      for shift in 0..<5 { data.append(UInt8(length >> (7 * shift) & 127) | (shift < 4 ? 0x80 : 0)) }
    }
    #expect(try failure(data) != nil)
  }

  @Test("more tensors than any network has are refused") func manyTensors() throws {
    var graph = Data()
    for index in 0..<20_000 {
      let name = Data(String(format: "%06d", index).utf8)
      graph += Data([0x2A, 8, 0x42, 6]) + name
    }
    var data = Data([0x3A])
    for shift in 0..<4 { data.append(UInt8(graph.count >> (7 * shift) & 127) | (shift < 3 ? 0x80 : 0)) }
    #expect(try failure(data + graph)?.message.contains("tensors") == true)
  }

  @Test("weights that are not numbers are refused") func notNumbers() throws {
    var data = good
    let name = try #require(data.range(of: Data("decoder.conv1d.bias".utf8), options: .backwards))
    // The name is followed by the tag and length of four bytes of data.
    let payload = name.upperBound + 2
    data.replaceSubrange(payload..<payload + 4, with: [0x00, 0x00, 0xC0, 0x7F])
    #expect(try failure(data)?.message.contains("not numbers") == true)
  }

  @Test("another network is refused by the tensor it lacks") func otherNetwork() throws {
    var data = good
    while let name = data.range(of: Data("encoder.conv_layers.2.bias".utf8)) { data[name.lowerBound] = 0x78 }
    #expect(
      try failure(data) == .missingTensor(folder.url.appending(path: "silero.onnx"), name: "encoder.conv_layers.2.bias")
    )
  }

  @Test("folders, missing files and large files are refused") func files() throws {
    let missing = folder.url.appending(path: "missing.onnx")
    #expect(throws: VoiceActivityError.notFound(missing)) { try SileroWeights(contentsOf: missing) }
    #expect(throws: VoiceActivityError.unreadable(folder.url, reason: "not a file")) {
      try SileroWeights(contentsOf: folder.url)
    }
    let large = folder.url.appending(path: "large.onnx")
    #expect(FileManager.default.createFile(atPath: large.path, contents: nil))
    let handle = try FileHandle(forWritingTo: large)
    try handle.truncate(atOffset: 65 << 20)
    try handle.close()
    #expect(throws: VoiceActivityError.tooLarge(large, bytes: 65 << 20, limit: 64 << 20)) {
      try VoiceActivityDetector(silero: large)
    }
  }

  func place(_ path: String) throws -> URL {
    let url = folder.url.appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try good.prefix(10).write(to: url)
    return url
  }

  @Test("a folder comes before Pythons, the newest Python before older ones") func find() throws {
    let model = folder.url.appending(path: "model")
    func found() -> SileroWeights.Finding { SileroWeights.find(in: [model], pythonRoots: [folder.url]) }
    func resolved(_ finding: SileroWeights.Finding) -> String? {
      if case .weights(let url) = finding { url.resolvingSymlinksInPath().path } else { nil }
    }
    #expect(found() == .nothing)
    let assets = "faster_whisper/assets/silero_vad_v6.onnx"
    let older = try place("lib/python3.9/site-packages/\(assets)")
    #expect(resolved(found()) == older.resolvingSymlinksInPath().path)
    let newer = try place("lib/python3.11/dist-packages/\(assets)")
    #expect(resolved(found()) == newer.resolvingSymlinksInPath().path)
    let own = try place("model/silero_vad_v6.onnx")
    #expect(resolved(found()) == own.resolvingSymlinksInPath().path)
  }

  @Test("weights of an older faster-whisper are named, not taken") func outdated() throws {
    let old = try place("lib/python3.10/site-packages/faster_whisper/assets/silero_encoder_v5.onnx")
    guard case .outdated(let url) = SileroWeights.find(in: [], pythonRoots: [folder.url]) else {
      Issue.record("not found as outdated")
      return
    }
    #expect(url.lastPathComponent == old.lastPathComponent)
  }

  @Test("environments come before the home folder, that before the system") func roots() {
    let roots = SileroWeights.pythonRoots(home: URL(filePath: "/home/a"), environments: [URL(filePath: "/env")])
    #expect(roots.map(\.path) == ["/env", "/home/a/.local", "/usr/local", "/usr", "/opt/homebrew"])
  }
}
