public import Domain
public import Foundation
public import Storage

/// All that a draft brings with it when it is sent.
public struct DraftPayload: Sendable {
  public var draft: Draft
  public var contact: Contact
  /// The current one, nil where nothing was heard.
  public var transcript: Transcript?
  /// What was heard while it was recorded; "" where nothing was.
  public var streamPartial: String
  /// The engine that heard it, "" where none did.
  public var streamEngine: String
  /// What the rep says the transcript should read, nil where it stands.
  public var correctedText: String?
  /// The quote that is in the note, nil where none is.
  public var quote: QuoteSummary?
  /// Next steps that the rep added.
  public var steps: [NextStep]

  public init(
    draft: Draft, contact: Contact, transcript: Transcript? = nil, streamPartial: String = "",
    streamEngine: String = "",
    correctedText: String? = nil, quote: QuoteSummary? = nil, steps: [NextStep] = []
  ) {
    self.draft = draft
    self.contact = contact
    self.transcript = transcript
    self.streamPartial = streamPartial
    self.streamEngine = streamEngine
    self.correctedText = correctedText
    self.quote = quote
    self.steps = steps
  }

  /// The note as the CRM gets it: the draft's words, and below them the steps that were added.
  public var note: String {
    guard !steps.isEmpty else { return draft.text }
    let lines = steps.map { "- \($0.words)" }
    return DraftText.appending("Next steps:\n" + lines.joined(separator: "\n"), to: draft.text + "\n")
  }

  /// What would be sent now.
  public func payload(at now: Date, zone: TimeZone) -> CRMPayload {
    let engine = transcript?.engine ?? (streamEngine.isEmpty ? "typed" : streamEngine)
    let worker = transcript.map { " | final_worker=\($0.model)" } ?? ""
    return CRMPayload(
      contact: contact, note: note, notePolished: note, transcriptionRaw: transcript?.text ?? streamPartial,
      transcriptionStreamPartial: streamPartial, transcriptionFinal: correctedText ?? transcript?.text ?? "",
      transcriptionFinalConfidence: transcript?.confidence,
      transcriptionFinalLatencyMilliseconds: transcript?.latencyMilliseconds,
      transcriptionFinalCompletedAt: transcript.map { Timestamp.utc($0.completedAt) },
      transcriptionConfidence: transcript?.confidence ?? 0,
      aiModelVersion: "\(engine) | \(Product.name) \(Product.version)\(worker)",
      processingTime: Double(transcript?.latencyMilliseconds ?? 0) / 1000,
      timestamp: Timestamp.local(now, zone: zone), quoteSummary: quote)
  }
}

extension NoteWriter {
  /// Saves a draft for the CRM and queues its delivery: version, outbox entry and event in one transaction. The same words
  /// twice are sent once.
  /// - Throws: `StorageError`; nothing is saved then.
  public func send(_ draft: DraftPayload) throws -> NoteStore.SendResult {
    let now = clock.now()
    let note = Note(
      id: draft.draft.id, clipID: draft.draft.clipID, ownerID: draft.draft.ownerID,
      createdAt: Date(unixMilliseconds: now.unixMilliseconds))
    return try store.notes.send(note, text: draft.note, payload: draft.payload(at: now, zone: timeZone))
  }
}
