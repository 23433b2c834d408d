public import Domain
public import Foundation

/// Values that tests start from; what a test is about, it says itself.
public enum Fixture {
  /// A clip whose hashes are made from one hex digit, so that two with the same digit are duplicates.
  public static func clip(digit: Character = "a", ownerID: ID<Owner> = Owner.local, at date: Date) -> Clip {
    let id = ID<Clip>.random()
    return Clip(
      id: id, ownerID: ownerID, path: "audio_cache/clip_1_\(id).wav", originalName: "visit.wav", byteCount: 3,
      sha1: String(repeating: digit, count: 40), sha256: String(repeating: digit, count: 64),
      durationSeconds: 1.5, createdAt: date)
  }

  /// A clip that is no other's duplicate.
  public static func uniqueClip(ownerID: ID<Owner> = Owner.local, at date: Date) -> Clip {
    let id = ID<Clip>.random()
    return Clip(
      id: id, ownerID: ownerID, path: "audio_cache/clip_1_\(id).wav", originalName: "visit.wav", byteCount: 3,
      sha1: id.rawValue + "00000000", sha256: id.rawValue + id.rawValue, durationSeconds: 1.5, createdAt: date)
  }

  /// A transcript of a clip.
  public static func transcript(of clip: Clip, text: String = "Client wants mulch.", at date: Date) -> Transcript {
    Transcript(
      id: .random(), clipID: clip.id, ownerID: clip.ownerID, text: text, segmentsJSON: "[]", language: "en",
      confidence: 0.92, audioSeconds: 1.5, latencyMilliseconds: 480, model: "demo-en", computeType: "int8",
      engine: "native", completedAt: date)
  }

  /// What the CRM receives for a note about the demo contact.
  public static func payload(note: String = "Client wants mulch.") -> CRMPayload {
    CRMPayload(
      contact: .demo, note: note, notePolished: note, transcriptionRaw: note, transcriptionConfidence: 0.92,
      aiModelVersion: "native | FieldOS", processingTime: 0.48, timestamp: "2026-11-22T07:00:00")
  }
}
