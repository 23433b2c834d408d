import Copilot
import CopilotEvaluation
import Domain
import Foundation
import Operations
import Storage

/// How long searches take among many chunks of made-up text, whose words are as common as words are (Zipf).
struct SpeedRun {
  let chunks: Int
  /// A folder with the demo data, whose chunks are put among the others, and questions about it.
  let data: URL?
  let questions: URL?
  /// Where the index is kept for the next run; nil: it is removed.
  let kept: URL?

  private static let common = [
    "mulch", "snow", "lawn", "drain", "tree", "price", "contract", "visit", "water", "board", "crew", "season", "stone",
    "gate", "report", "salt", "bed", "color", "survey", "mow",
  ]

  func run() throws {
    let temporary = FileManager.default.temporaryDirectory.appending(path: "copilot-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: temporary) }
    let store = try FieldStore.open(dataDirectory: kept ?? temporary)
    var text = MadeUpText(common: Self.common)
    if try store.references.build()?.chunks != chunks { try build(store, text) }
    let retriever = Retriever(store: store)
    let opening = ContinuousClock.now
    _ = try retriever.find("mulch")
    print("first search, reads the words: \(ContinuousClock.now - opening)")
    for (name, mix) in try mixes(&text) { try measure(name, mix, retriever) }
    try mark(retriever)
  }

  private func build(_ store: FieldStore, _ text: MadeUpText) throws {
    let began = ContinuousClock.now
    let known = try data.map { try Self.known($0) } ?? []
    let all = Joined(known: known, count: chunks, text: text)
    _ = try store.references.replace(ownerID: Owner.local, model: "none", chunks: all)
    print("build: \(chunks) chunks in \(ContinuousClock.now - began), peak memory \(Self.peak()) MiB")
  }

  /// Whether what answers the development questions is found among all the others.
  private func mark(_ retriever: Retriever) throws {
    guard let questions else { return }
    var marks = Marks()
    for question in try LabelledQuestion.read(questions) where !question.isHeldOut {
      guard let found = try retriever.find(question.words) else { continue }
      marks.add(question, .init(chunks: found.hits.map(\.chunk), isRefused: !found.isAnswerable), corpus: [])
    }
    print(
      String(
        format: "%d development questions among all of these: recall@4 %.3f, refusal correctness %.3f", marks.questions,
        marks.recall, marks.refusalCorrectness))
  }

  private func measure(_ name: String, _ mix: [String], _ retriever: Retriever) throws {
    var (times, work): ([Double], [Double]) = ([], [])
    for question in mix {
      let start = ContinuousClock.now
      let startOfWork = Self.processorTime()
      _ = try retriever.find(question)
      work.append(Self.processorTime() - startOfWork)
      let took = (ContinuousClock.now - start).components
      times.append(Double(took.seconds) * 1_000 + Double(took.attoseconds) / 1e15)
    }
    func line(_ times: [Double]) -> String {
      let sorted = times.sorted()
      func at(_ share: Double) -> String {
        String(format: "%.2f", sorted[min(times.count - 1, Int(Double(times.count) * share))])
      }
      return "p50 \(at(0.5))  p99 \(at(0.99))  worst \(at(1))"
    }
    print(
      name.padding(toLength: 16, withPad: " ", startingAt: 0), "\(times.count) searches such as “\(mix[0])”, ms:",
      line(times), " of the processor:", line(work))
  }

  /// The chunks of a folder.
  private static func known(_ data: URL) throws -> [ReferenceChunk] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "copilot-bench-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: data, to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try FieldStore.open(dataDirectory: folder)
    _ = try CustomerImport(store: store).runIfNew()
    var chunks: [ReferenceChunk] = []
    try ReferenceIndex.chunks(of: store) { chunks.append($0) }
    return chunks
  }

  private func mixes(_ text: inout MadeUpText) throws -> [(String, [String])] {
    var mixes: [(String, [String])] = []
    if let questions {
      mixes.append(("evaluation set", try LabelledQuestion.read(questions).map(\.words)))
    }
    mixes.append(("common words", (0..<200).map { Self.common[$0 % 20] + " " + Self.common[($0 * 7 + 3) % 20] }))
    mixes.append(("one common word", Self.common))
    mixes.append(("five words", (0..<200).map { _ in text.words(5) }))
    mixes.append(("rare word", (0..<200).map { _ in text.rareWord() }))
    mixes.append(("misspelled", (0..<200).map { _ in text.rareWord() + "x " + text.words(2) }))
    mixes.append(("all of these", mixes.flatMap(\.1)))
    return mixes
  }

  /// What this thread has used of the processor, ms: on a busy machine searches wait for it, too.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1e6
  }

  /// The most memory that the process ever had, MiB.
  private static func peak() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1_024
  }
}

/// Known chunks, then made-up ones, made as they are taken.
struct Joined: Sequence {
  let known: [ReferenceChunk]
  let count: Int
  let text: MadeUpText

  func makeIterator() -> AnyIterator<ReferenceChunk> {
    var (place, text) = (0, text)
    return AnyIterator {
      defer { place += 1 }
      if place < known.count { return known[place] }
      return place < count ? text.chunk(place) : nil
    }
  }
}

/// Text whose words come as often as words do, the same every time.
struct MadeUpText {
  let common: [String]
  private var state: UInt64 = 42
  private static let syllables = [
    "ba", "co", "de", "fi", "gu", "ha", "jo", "ke", "li", "mu", "na", "po", "ra", "se", "ti", "vo", "wa", "zy", "bra",
    "cle", "dro", "fra", "gli", "pre", "sto", "tru",
  ]

  init(common: [String]) { self.common = common }

  private mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  /// The word of a rank: the first are common, the others are made of syllables.
  private func word(_ rank: Int) -> String {
    if rank < common.count { return common[rank] }
    var (rest, word) = (rank, "")
    while rest > 0 {
      word += Self.syllables[rest % Self.syllables.count]
      rest /= Self.syllables.count
    }
    return word.count < 4 ? word + "ner" : word
  }

  /// Ranks up to 60,000, each as likely as it is low.
  private mutating func rank() -> Int {
    let share = Double(next() % 1_000_000) / 1_000_000
    return Int(exp(share * log(60_000.0))) - 1
  }

  mutating func words(_ count: Int) -> String { (0..<count).map { _ in word(rank()) }.joined(separator: " ") }

  mutating func rareWord() -> String { word(20_000 + Int(next() % 40_000)) }

  mutating func chunk(_ number: Int) -> ReferenceChunk {
    let sources: [ReferenceSource] = [.wiki, .playbook, .crm, .crm, .crm, .intel]
    let source = sources[number % sources.count]
    var facts = ReferenceFacts()
    if source == .crm || source == .intel {
      facts.account = "\(word(3_000 + number % 50_000)) \(word(200 + number % 700))".capitalized
      facts.customerID = "K\(number)"
    }
    let title = facts.account ?? words(3)
    let content = (0..<6).map { _ in words(12) + "." }.joined(separator: " ")
    return ReferenceChunk(
      id: "made_\(number)", source: source, title: title, path: [title], content: content, facts: facts)
  }
}
