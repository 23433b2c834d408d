import Foundation
import Notes
import Testing

@Suite("Next steps in what was said") struct NextStepTests {
  /// The labelled cases; how they came about is said in the file.
  struct Labelled: Decodable {
    struct Case: Decodable {
      let text: String
      let want: [Want]
      let today: String?
      let stage: String?
    }
    struct Want: Decodable {
      let kind: NextStep.Kind
      let or: NextStep.Kind?
      let date: String?
      let has: String?
      let dollars: Int?
      let stage: String?
      let role: NextStep.Role?
      let name: String?

      func matches(_ step: NextStep) -> Bool {
        guard step.kind == kind || step.kind == or else { return false }
        switch step.kind {
        case .task:
          return step.day?.iso == date && (has.map { step.action?.lowercased().contains($0) == true } ?? true)
        case .followUp: return step.day?.iso == date
        case .amount: return step.cents == dollars.map { $0 * 100 }
        case .stage: return step.new == stage
        case .name: return step.new == name && step.role == role
        }
      }
    }
    let today: String
    let stage: String
    let stages: [String]
    let contact: String
    let account: String
    let cases: [Case]

    static func load() throws -> Labelled {
      let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/next-steps.json")
      return try JSONDecoder().decode(Labelled.self, from: try Data(contentsOf: file))
    }
  }

  struct Score: CustomStringConvertible {
    var right = 0
    var found = 0
    var wanted = 0
    var wrong: [String] = []
    var precision: Double { found == 0 ? 1 : Double(right) / Double(found) }
    var recall: Double { wanted == 0 ? 1 : Double(right) / Double(wanted) }
    var description: String {
      let percent = { (value: Double) in String(format: "%.3f", value) }
      return "precision \(percent(precision)) (\(right)/\(found)), recall \(percent(recall)) (\(right)/\(wanted))"
    }
  }

  private func score(_ labelled: Labelled, where isIn: (Int) -> Bool) throws -> Score {
    var score = Score()
    for (index, test) in labelled.cases.enumerated() where isIn(index) {
      let today = try #require(StepDay(iso: test.today ?? labelled.today))
      let facts = DealFacts(
        stages: labelled.stages, stage: test.stage ?? labelled.stage, knownNames: [labelled.contact, labelled.account])
      let steps = NextStepFinder(today: today, facts: facts).find(test.text)
      var open = test.want
      for step in steps {
        if let hit = open.firstIndex(where: { $0.matches(step) }) {
          open.remove(at: hit)
          score.right += 1
        } else {
          score.wrong.append("\(index): found \(step.kind) \(step.new)")
        }
      }
      score.wrong += open.map {
        "\(index): missed \($0.kind) \($0.date ?? $0.name ?? $0.stage ?? "\($0.dollars ?? 0)")"
      }
      score.found += steps.count
      score.wanted += test.want.count
    }
    return score
  }

  @Test("on cases that nothing was tuned on, nine of ten steps are right and seven of ten are found")
  func heldOut() throws {
    let score = try score(try Labelled.load()) { $0 % 2 == 1 }
    print("next steps, held-out half: \(score)")
    #expect(score.wanted > 40)
    #expect(score.precision >= 0.9)
    #expect(score.recall >= 0.7)
  }

  @Test("over all cases, nine of ten steps are right and seven of ten are found")
  func overall() throws {
    let score = try score(try Labelled.load()) { _ in true }
    print("next steps, all: \(score)")
    #expect(score.precision >= 0.9 && score.recall >= 0.7)
  }

  @Test("on the cases that rules are written with, what is wrong is told")
  func known() throws {
    let score = try score(try Labelled.load()) { $0 % 2 == 0 }
    print("next steps, known half: \(score)")
    #expect(score.precision >= 0.95 && score.recall >= 0.85, "\(score.wrong.joined(separator: "\n"))")
  }

  @Test("on sentences written after the rules, nine of ten steps are right and half of them are found")
  func later() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/next-steps-later.json")
    let later = try JSONDecoder().decode(Later.self, from: try Data(contentsOf: file))
    for (name, cases) in [("first", later.first), ("second", later.second)] {
      let labelled = Labelled(
        today: later.today, stage: later.stage, stages: later.stages, contact: later.contact, account: later.account,
        cases: cases)
      let score = try score(labelled) { _ in true }
      print("next steps, \(name) later lot: \(score)")
      #expect(score.precision >= 0.9 && score.recall >= 0.5, "\(name): \(score)")
    }
  }

  private struct Later: Decodable {
    let today: String
    let stage: String
    let stages: [String]
    let contact: String
    let account: String
    let first: [Labelled.Case]
    let second: [Labelled.Case]
  }

  @Test("the drawn note gives the four drawn steps") func drawn() throws {
    let today = try #require(StepDay(iso: "2026-05-14"))
    let text = """
      Just left Odile at Quarry Lane. She likes the bed refresh, but she’s worried about the low spot behind building \
      four. It held water for three days after last week’s rain. She wants a drainage option priced separately, a \
      French drain, about sixty feet, before the board meets on Friday the twenty-second. Go with the dark brown mulch, \
      not the red, and add the two entrance islands. Budget is around twenty-one thousand if we start before June. The \
      other quote is from Grunwald, nineteen five, without the drain. I’d move this to negotiation.
      """
    let facts = DealFacts(stage: "Proposal", value: 1_840_000, knownNames: ["Odile Marsh", "Quarry Lane Townhomes"])
    let steps = NextStepFinder(today: today, facts: facts).find(text)
    #expect(steps.map(\.kind) == [.task, .amount, .name, .stage])
    let due = try #require(steps.first)
    #expect(due.new.hasSuffix("by Fri 22 May") && due.new.contains("rainage option priced separately"))
    #expect(steps.dropFirst().map(\.new) == ["$21,000", "Grunwald", "Negotiation"])
    #expect(steps.dropFirst().map(\.old) == ["$18,400", nil, "Proposal"])
  }

  @Test("a step comes with the time of its words, a name with how sure the recogniser was") func places() throws {
    let texts = ["The", "other", "quote", "is", "from", "Grunwald."]
    let words = texts.enumerated().map {
      SaidWord($1, start: 30 + Double($0), confidence: $1 == "Grunwald." ? 0.54 : 0.98)
    }
    let today = try #require(StepDay(iso: "2026-05-14"))
    let step = try #require(NextStepFinder(today: today).find(words).first)
    #expect(step.seconds == 31 && step.word == 1)
    #expect(step.confidence == 0.54)
    #expect(step.quote == "other quote is from Grunwald")
  }

  @Test("what equals the CRM is no step") func noNews() throws {
    let today = try #require(StepDay(iso: "2026-05-14"))
    let facts = DealFacts(stage: "Negotiation", value: 2_100_000, knownNames: ["Petra Lindqvist"])
    let finder = NextStepFinder(today: today, facts: facts)
    #expect(finder.find("Budget is $21,000. Move it to negotiation. The new manager is Petra Lindqvist.").isEmpty)
  }

  @Test(
    "text that nobody says is borne",
    arguments: [
      "", "$", "the the the", "by the by the 99th", "one two three four five six seven eight nine ten", "in a", "next",
      "$999999999999999999 budget is $9,999,999,999,999", "budget is million million million", "May may May the",
      "end of", "end of the", "in nine hundred thousand months", "2/30", "0/0", "call -", "……",
      "\u{0}\u{200F} Friday the",
      "a week from a week from Friday", "move move move to to to", "Friday the thirty-first of February",
    ])
  func hostile(text: String) throws {
    let today = try #require(StepDay(iso: "2026-05-14"))
    _ = NextStepFinder(today: today).find(text)
    _ = NextStepFinder(today: today).find(Array(repeating: text, count: 50).joined(separator: " "))
  }

  @Test("days are counted over the ends of months and years") func days() throws {
    let leap = try #require(StepDay(iso: "2028-02-28"))
    #expect(leap.adding(days: 1).iso == "2028-02-29" && leap.adding(days: 2).iso == "2028-03-01")
    #expect(leap.weekday == 0)
    #expect(StepDay(iso: "2026-02-29") == nil && StepDay(iso: "2026-05") == nil)
    let newYear = StepDay(Date(timeIntervalSince1970: 1_767_225_600), in: try #require(.init(secondsFromGMT: 0)))
    #expect(newYear.iso == "2026-01-01")
    #expect(newYear.adding(days: -1).short(beside: newYear) == "Wed 31 Dec 2025")
  }
}
