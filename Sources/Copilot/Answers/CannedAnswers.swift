import Domain
import Foundation

/// Answers that were put ready in a file: `[{query, mode?, answer, summary, citations[…]}]`.
struct CannedAnswers {
  let file: URL

  /// The answer to a question that is the same but for case; nil where there is none.
  /// - Throws: ``CopilotError``.
  func answer(_ question: String, _ hits: [ReferenceChunk]) throws -> CopilotAnswer? {
    guard let data = try TextFile.read(file) else { return nil }
    guard let list = try? JSONSerialization.jsonObject(with: data) as? [Any] else {
      throw CopilotError.damaged(file: file.lastPathComponent, line: nil)
    }
    let wanted = question.lowercased().trimmingCharacters(in: .whitespacesAndNewlines)
    let entries = list.compactMap { ($0 as? [String: Any]).map(JSONObject.init) }
    let same = entries.first { $0.text("query")?.lowercased() == wanted }
    guard let entry = same, let words = entry.text("answer") else { return nil }
    let citations = entry.objects("citations").prefix(6).enumerated().map { place, line -> Citation in
      Citation(number: place + 1, chunk: chunk(line, place, hits))
    }
    var answer = CopilotAnswer(way: .canned)
    answer.citations = Array(citations)
    answer.sentences = [AnswerSentence(text: words, citations: citations.map(\.number))]
    if let summary = entry.text("summary"), summary != words {
      answer.sentences.append(AnswerSentence(text: summary, citations: citations.map(\.number)))
    }
    answer.isFallback = true
    return answer
  }

  /// What was found under the same title, else what the file says of it.
  private func chunk(_ line: JSONObject, _ place: Int, _ hits: [ReferenceChunk]) -> ReferenceChunk {
    let title = line.text("title") ?? "Source \(place + 1)"
    if let hit = hits.first(where: { $0.title.caseInsensitiveCompare(title) == .orderedSame }) { return hit }
    let source = line.text("source").flatMap(ReferenceSource.init(rawValue:)) ?? .wiki
    var chunk = ReferenceChunk(
      id: "canned_\(place + 1)", source: source, title: title, path: [title], content: line.text("content") ?? title,
      tags: line.texts("tags"), valueProps: line.texts("value_props"), discount: line.text("discount"))
    chunk.facts.category = line.text("category") ?? "text"
    return chunk
  }
}
