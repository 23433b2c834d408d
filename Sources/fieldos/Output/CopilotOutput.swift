import Copilot
import Domain
import Foundation

/// Answers on a terminal.
enum CopilotOutput {
  static func tell(_ event: CopilotEvent) {
    switch event {
    case .sources(let citations, _):
      for citation in citations {
        let fresh = citation.chunk.facts.lastUpdated.map { ", \($0)" } ?? ""
        Console.line(Wording.plain("[\(citation.number)] \(citation.chunk.label)\(fresh)"))
      }
      Console.line()
    case .sentence(let sentence): Console.line(line(sentence))
    case .again: Console.line("–")
    case .done(let answer): end(answer)
    }
  }

  private static func line(_ sentence: AnswerSentence) -> String {
    let marks = sentence.citations.isEmpty ? " (no source)" : sentence.citations.map { " [\($0)]" }.joined()
    return Wording.plain(sentence.text + marks)
  }

  private static func end(_ answer: CopilotAnswer) {
    switch answer.way {
    case .refused: Console.line("Not in the references. Try other words, or ask about one account.")
    case .noIndex: Console.line("No index yet. Run 'fieldos index build'.")
    default: break
    }
    for notice in answer.notices where answer.way != .noIndex { Console.error(Wording.line(for: notice)) }
    if let failure = answer.failure { Console.error(Wording.plain("The AI endpoint \(Wording.failure(failure)).")) }
  }

  static func json(_ answer: CopilotAnswer, question: String) -> JSONValue {
    .object([
      "question": .text(question), "way": .text(way(answer.way)), "used_fallback": .bool(answer.isFallback),
      "used_vectors": .bool(answer.usedVectors), "error": .text(orNull: answer.failure.map(Wording.failure)),
      "answer": .text(answer.text), "notices": .list(answer.notices.map { .text(Wording.line(for: $0)) }),
      "sentences": .list(
        answer.sentences.map {
          .object(["text": .text($0.text), "citations": .list($0.citations.map { .integer($0) })])
        }),
      "citations": .list(
        answer.citations.map { citation in
          .object([
            "number": .integer(citation.number), "id": .text(citation.chunk.id),
            "source": .text(citation.chunk.source.rawValue), "title": .text(citation.chunk.title),
            "content": .text(citation.chunk.content), "last_updated": .text(orNull: citation.chunk.facts.lastUpdated),
          ])
        }),
    ])
  }

  private static func way(_ way: AnswerWay) -> String {
    switch way {
    case .written: "written"
    case .quoted: "quoted"
    case .canned: "canned"
    case .brief: "positioning"
    case .refused: "not_in_the_references"
    case .noIndex: "no_index"
    }
  }
}
