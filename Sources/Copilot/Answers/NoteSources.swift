import Domain
import Foundation
import Storage

/// A rep's own saved notes as sources, where the installation allows it. They are read where notes are: the index never
/// holds them.
struct NoteSources {
  private static let most = 2

  let store: FieldStore
  let isOn: Bool

  /// Notes of whoever asks that have what the question is about.
  func find(_ question: CopilotQuestion, _ found: Retrieval) throws -> [ReferenceChunk] {
    guard isOn, let query = found.query, let vocabulary = found.vocabulary, !found.wantsBrief else { return [] }
    let words = TextTerms.words(question.words).map { String(decoding: $0, as: UTF8.self) }
      .filter { $0.count > 2 && !WordGroups.empty.contains($0) }
    if words.isEmpty { return [] }
    var notes = NoteQuery(ownerID: question.ownerID)
    notes.words = words.prefix(6).joined(separator: " ")
    notes.order = .best
    notes.limit = 10
    notes.account = question.filter.account
    let ranker = Ranker(query, vocabulary)
    let chunks = try store.search.page(notes).map(Self.chunk)
    return chunks.filter { chunk in
      let row = ReferenceRow(
        number: 0, source: .note, account: chunk.facts.account ?? "", rep: "", region: "", terms: ChunkTerms(chunk))
      return ranker.coverage(ranker.rank(row).found, of: query.terms.indices) >= Judge.leastCoverage
    }.prefix(Self.most).map(\.self)
  }

  private static func chunk(_ hit: NoteHit) -> ReferenceChunk {
    let draft = hit.facts.draft
    let subject = draft.subject
    let name = [subject.contactName, subject.account].filter { !$0.isEmpty }.joined(separator: ", ")
    var chunk = ReferenceChunk(
      id: "note_\(draft.id)", source: .note, title: name.isEmpty ? "Note" : name, path: [],
      content: String(draft.text.prefix(1_500)))
    chunk.facts.account = subject.account.isEmpty ? nil : subject.account
    chunk.facts.lastUpdated = String(Timestamp.utc(draft.createdAt).prefix(10))
    return chunk
  }
}
