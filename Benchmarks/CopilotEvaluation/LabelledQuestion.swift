public import Domain
public import Foundation

/// A question with the pieces of reference that answer it. `questions.tsv` has one a line, written from the sources.
public struct LabelledQuestion: Sendable {
  public let number: Int
  /// Whose questions it is one of: those of one set were written together, by one author. `held`: asked once, never worked with.
  public let set: String
  /// `lookup`, `synonym`, `id`, `name`, `typo`, `speech`, `positioning`, `wrong-account`, `unanswerable`.
  public let kind: String
  public let words: String
  /// Each is one fact that an answer needs or may be made of; empty where the references have no answer.
  public let labels: [Label]

  /// `crm_C0012`, or a source and words that the piece has in its title or text: `wiki:two inches of shredded`.
  public struct Label: Sendable {
    let id: String?
    let source: String
    let words: String

    init(_ text: String) {
      let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
      id = parts.count == 1 ? text : nil
      source = parts[0]
      words = parts.count == 2 ? parts[1].lowercased() : ""
    }

    public func fits(_ chunk: ReferenceChunk) -> Bool {
      if let id { return chunk.id == id }
      guard chunk.source.rawValue == source else { return false }
      let text = ([chunk.title, chunk.content] + chunk.valueProps + [chunk.discount ?? ""]).joined(separator: "\n")
      return text.lowercased().contains(words)
    }
  }

  public var isHeldOut: Bool { self.set == "held" }
  public var isAnswerable: Bool { !labels.isEmpty }

  public struct Unreadable: Error { public let line: Int }

  /// - Throws: ``Unreadable`` for a line without its five columns.
  public static func read(_ file: URL) throws -> [LabelledQuestion] {
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
    return try lines.enumerated().map { place, line in
      let cells = line.split(separator: "\t").map(String.init)
      guard cells.count == 5, let number = Int(cells[0]) else { throw Unreadable(line: place + 2) }
      let labels = cells[4] == "-" ? [] : cells[4].components(separatedBy: " || ").map(Label.init)
      return LabelledQuestion(
        number: number, set: cells[1], kind: cells[2], words: cells[3], labels: labels)
    }
  }
}
