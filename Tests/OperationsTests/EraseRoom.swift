import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

/// Two people of one account and one of another, a note with sound about each, delivered, with every view projected.
struct EraseRoom {
  static let ada = "Adalind Querzoff"
  static let mail = "adalind@querzoff.example"
  static let phone = "(330) 555-0177"
  let room: ViewRoom
  var store: FieldStore { room.store }
  var folder: URL { room.folder.url }

  static let table = """
    Customer_ID,Customer_Name,Primary_Contact,Contact_Phone,Contact_Email,Property_Address,City,Stage,Next_Follow_Up,Notes
    C1,Quince Court,\(ada),\(phone),\(mail),7 Quince Court,Hollin Falls,Lead,2026-11-30,Two gates
    C2,Otter Mill,Bruno Tallis,330 555 0199,bruno@otter.example,1 Mill Lane,Hollin Falls,Lead,2026-11-30,Met by the weir

    """

  init() throws {
    room = try ViewRoom()
    _ = try room.folder.file("crm_sample.csv", Data(Self.table.utf8))
    _ = try CustomerImport(store: room.store, calendar: Calendar(identifier: .gregorian)).runIfNew()
    try FileManager.default.createDirectory(
      at: folder.appending(path: "audio_cache"), withIntermediateDirectories: true)
  }

  func card(_ customerID: String) throws -> PersonCard { try #require(try store.people.card(customerID: customerID)) }

  /// A second person in an account.
  func addColleague(_ name: String, of account: String) throws -> Person {
    let lead = NewLead(
      id: .random(), person: PersonFacts(name: name, phone: Self.phone), account: account, service: "", note: "",
      due: Due(at: room.clock.now, isAllDay: true))
    return try store.people.add(lead, ownerID: Owner.local).card.person
  }

  /// A recording with words, a note about the person, and its delivery.
  @discardableResult
  func addNote(
    about person: Person?, account: Account? = nil, words: String, delivered: Bool = true,
    edit: (inout CRMPayload) -> Void = { _ in }
  ) throws -> (clip: Clip, sound: Data, entry: OutboxEntry) {
    let sound = Data((0..<4_000).map { _ in UInt8.random(in: 0...255) })
    let id = ID<Clip>.random()
    let path = "audio_cache/clip_1_\(id.rawValue.prefix(8)).wav"
    try sound.write(to: folder.appending(path: path))
    let clip = Clip(
      id: id, ownerID: Owner.local, path: path, originalName: "visit.wav", byteCount: sound.count,
      sha1: id.rawValue + "00000000", sha256: id.rawValue + id.rawValue, durationSeconds: 1.5,
      createdAt: room.clock.now)
    guard case .stored(_, let job) = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3) else {
      throw ViewRoom.Unexpected()
    }
    let claimed = try #require(try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)))
    #expect(claimed.id == job.id)
    try store.jobs.complete(
      claimed, owner: "w", transcript: Fixture.transcript(of: clip, text: words, at: room.clock.now))
    let draft = try #require(try store.drafts.find(clipID: id))
    if let person { try store.drafts.assign(draft.id, contactID: person.id) }
    var payload = Fixture.payload(note: words)
    if let person, let account { payload.contact = person.crmContact(account) }
    edit(&payload)
    let note = Note(id: draft.id, clipID: id, ownerID: Owner.local, createdAt: room.clock.now)
    guard case .saved(_, let entry) = try store.notes.send(note, text: words, payload: payload) else {
      throw ViewRoom.Unexpected()
    }
    if delivered { try room.deliver() }
    room.clock.advance(1)
    return (clip, sound, entry)
  }

  func plan(_ question: EraseStore.Question = .name(EraseRoom.ada)) throws -> ErasePlan {
    let subject = try #require(try store.erasures.who(question).first)
    return try #require(try store.erasures.plan(subject))
  }

  func eraser(_ willDo: @escaping @Sendable (Eraser.Step) throws -> Void = { _ in }) -> Eraser {
    Eraser(
      store: store, clock: room.clock.wall, patience: .init(tries: 1) {}, willDo: willDo)
  }

  /// Files that hold these bytes, whatever the case of letters: read here, not by what is tested.
  func files(holding text: String) throws -> [String] {
    let wanted = Data(text.lowercased().utf8)
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return names.filter { name in
      guard let bytes = try? Data(contentsOf: folder.appending(path: name)) else { return false }
      return Data(bytes.map { (65...90).contains($0) ? $0 + 32 : $0 }).range(of: wanted) != nil
    }.sorted()
  }
}
