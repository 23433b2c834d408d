import Copilot
import Domain
import Foundation

/// An answer as pages and the panel show it.
struct AskView: Sendable, Encodable {
  struct Source: Sendable, Encodable {
    let number: Int
    let kind: String
    let title: String
    let text: String
    let fresh: String?
    /// Its page; nil for what was put ready in a file.
    let link: String?

    init(_ citation: Citation) { self.init(citation.chunk, number: citation.number) }

    init(_ chunk: ReferenceChunk, number: Int) {
      let parts = chunk.label.split(separator: ":", maxSplits: 1).map(String.init)
      (self.number, kind) = (number, parts[0])
      title = chunk.path.isEmpty ? chunk.title : chunk.path.joined(separator: " · ")
      text = chunk.content
      fresh = chunk.facts.lastUpdated.map { "Updated \($0)" }
      link = Self.link(chunk)
    }

    private static func link(_ chunk: ReferenceChunk) -> String? {
      if chunk.source == .note { return "/notes/\(chunk.id.dropFirst("note_".count))" }
      if chunk.id.hasPrefix("canned_") { return nil }
      return chunk.id.addingPercentEncoding(withAllowedCharacters: .alphanumerics).map { "/ask/source?id=\($0)" }
    }
  }

  struct Sentence: Sendable, Encodable {
    let text: String
    let sources: [Int]
    let isBare: Bool

    init(_ sentence: AnswerSentence) {
      text = sentence.text
      sources = sentence.citations
      isBare = sentence.citations.isEmpty
    }
  }

  let question: String
  let mode: String
  let refusal: String?
  let sources: [Source]
  let sentences: [Sentence]
  let notices: [String]
  /// What goes into a note.
  let summary: String

  init?(question: String, answer: CopilotAnswer?) {
    guard let answer else { return nil }
    self.init(question: question, answer)
  }

  init(question: String, _ answer: CopilotAnswer) {
    self.question = question
    let isRefused = answer.way == .refused
    mode = AskWords.mode(answer)
    refusal = isRefused ? AskWords.refusal : answer.way == .noIndex ? AskWords.noIndex : nil
    sources = isRefused ? [] : answer.citations.map(Source.init)
    sentences = answer.sentences.map(Sentence.init)
    notices = answer.way == .noIndex ? [] : answer.notices.map(AskWords.notice)
    summary = answer.sentences.map(\.text).joined(separator: "\n")
  }
}

/// What the panel is told, as server-sent events.
struct AskEvent {
  static let failed = AskEvent(
    name: "failed", json: #"{"message":"That did not work. Nothing was changed. Ask again."}"#)

  private let name: String
  private let json: String

  var frame: String { "event: \(name)\ndata: \(json)\n\n" }

  private init(name: String, json: String) { (self.name, self.json) = (name, json) }

  private init(name: String, _ value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // JSON escapes line ends: one event is one line.
    self.init(name: name, json: String(decoding: (try? encoder.encode(value)) ?? Data("{}".utf8), as: UTF8.self))
  }

  init(_ event: CopilotEvent) {
    switch event {
    case .sources(let citations, _): self.init(name: "sources", citations.map(AskView.Source.init))
    case .sentence(let sentence): self.init(name: "sentence", AskView.Sentence(sentence))
    case .again(let error):
      self.init(
        name: "again",
        ["mode": "The AI endpoint \(AskWords.reason(error)). Quoted from your references instead."])
    case .done(let answer): self.init(name: "done", AskView(question: "", answer))
    }
  }
}
