import Copilot
import Domain
import Foundation
import Storage
import Testing

@Suite("Retrieval") struct RetrievalTests {
  @Test(
    "words as they are misspelled or misheard are found",
    arguments: [
      ("mulsh", "mulch"), ("irragation", "irrigation"), ("fennymore", "fennimore"), ("brannock", "brannoc"),
      ("arborest", "arborist"), ("aldergait", "aldergate"),
    ])
  func misheard(heard: String, meant: String) async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let found = try #require(try Retriever(store: room.store).find(heard))
    let first = try #require(found.hits.first)
    #expect(found.isAnswerable)
    #expect((first.chunk.title + first.chunk.content).lowercased().contains(meant))
  }

  @Test("a number is never taken for another one")
  func numbers() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let retriever = Retriever(store: room.store)
    #expect(try retriever.find("C0012")?.hits.first?.chunk.id == "crm_C0012")
    #expect(try retriever.find("C0999")?.isAnswerable == false)
  }

  @Test(
    "an address or a telephone number says who is meant, and nobody has one that is not there",
    arguments: [
      ("whose number is (724) 555-0185", "crm_C0035"), ("who called from 724-555-0185?", "crm_C0035"),
      ("Which account has edda.adebayo@nightingalehospice.demo?", "crm_C0130"),
      ("whose number is (724) 555-9999", nil), ("Who is nobody@nightingalehospice.demo", nil),
    ])
  func contacts(question: String, chunk: String?) async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let found = try #require(try Retriever(store: room.store).find(question))
    #expect(found.isAnswerable == (chunk != nil))
    if let chunk { #expect(found.hits.first?.chunk.id == chunk) }
  }

  @Test("a filter leaves only what is of that account, rep or region, and what is of none")
  func filters() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let retriever = Retriever(store: room.store)
    let found = try #require(
      try retriever.find("ash trees", filter: ReferenceFilter(rep: "marcus tillman"), limit: 20))
    #expect(!found.hits.isEmpty)
    #expect(found.hits.allSatisfy { [nil, "Marcus Tillman"].contains($0.chunk.facts.rep) })
    let region = try #require(try retriever.find("snow", filter: ReferenceFilter(region: "Ohio Valley"), limit: 20))
    #expect(region.hits.allSatisfy { [nil, "Ohio Valley"].contains($0.chunk.facts.region) })
    let account = try #require(try retriever.find("mulch", filter: ReferenceFilter(account: "Acme HOA"), limit: 20))
    #expect(account.hits.allSatisfy { [nil, "Acme HOA"].contains($0.chunk.facts.account) })
  }

  @Test(
    "whatever is asked is a right query",
    arguments: [
      "", " ", "\"", "NEAR(", "a AND OR NOT", "mulch*", "名前", "\u{0}\u{1}", String(repeating: "mulch ", count: 5_000),
      "'; DROP TABLE reference_chunks; --", "names:mulch", "-mulch", "🌱🌱",
    ])
  func hostile(question: String) async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    _ = try Retriever(store: room.store).find(question)
    #expect(try !room.corpus().isEmpty)
  }

  @Test("vectors bring in what no word finds, and words keep what they found")
  func hybrid() async throws {
    let room = try CopilotRoom()
    try room.write("company_wiki.md", "## Mulch\n\nBrown bark for beds.\n\n## Snow\n\nPlows leave at one inch.\n")
    let embed: ReferenceIndex.Embedder = { texts in texts.map { $0.contains("bark") ? [1, 0] : [0, 1] } }
    _ = try await room.index.build(model: "m", embed: embed)
    let retriever = Retriever(store: room.store)
    let found = try #require(try retriever.find("zzzz plows", vector: ([1, 0.1], "m")))
    #expect(found.way == .wordsAndMeaning && Set(found.hits.map(\.chunk.title)) == ["Mulch", "Snow"])
    #expect(try retriever.find("plows", vector: ([1, 0, 0], "m"))?.way == .words)
    #expect(try retriever.find("plows", vector: ([.nan, 1], "m"))?.way == .words)
    #expect(try retriever.find("plows", vector: ([1, 0], "other"))?.way == .words)
  }

  @Test("what is known of one customer answers no question that names nobody, unless it is all there")
  func others() async throws {
    let room = try CopilotRoom()
    try room.write("company_wiki.md", "## Mulch\n\nBrown bark for beds.\n")
    let notes = #"["The gate code changes on Mondays", "A customer beside Green Valley"]"#
    try room.write("contact_intel.json", #"{"Acme HOA": {"intel_notes": \#(notes)}}"#)
    try await room.build()
    let retriever = Retriever(store: room.store)
    #expect(try retriever.find("Where is the gate?")?.isAnswerable == false)
    #expect(try retriever.find("Where is the gate?", about: "Acme HOA")?.isAnswerable == true)
    #expect(try retriever.find("Where is the gate?", filter: .init(account: "acme hoa"))?.isAnswerable == true)
    #expect(try retriever.find("Where is the gate of Acme?")?.isAnswerable == true)
    #expect(try retriever.find("When does the gate code change?")?.isAnswerable == true)
    #expect(try retriever.find("Is Green Valley a customer?")?.isAnswerable == false)
  }

  @Test("a surname alone is another's where the question has the first name, and addresses are called what they are")
  func people() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let retriever = Retriever(store: room.store)
    let lead = try #require(try retriever.find("Who is Kit Lindqvist?"))
    #expect(lead.isAnswerable && lead.hits.first?.chunk.source == .wiki)
    let contact = try #require(try retriever.find("What is Dagny Holm's email?"))
    #expect(contact.isAnswerable && contact.hits.first?.chunk.content.contains("email dagny.holm@") == true)
  }

  @Test("what is asked for has to be there, not only what it is asked of")
  func askedFor() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let retriever = Retriever(store: room.store)
    #expect(try retriever.find("What is the password for the tablet?")?.isAnswerable == false)
    #expect(try retriever.find("How many customers did we lose to GreenEdge last year?")?.isAnswerable == false)
    #expect(try retriever.find("How many tons of salt does the barn hold?")?.isAnswerable == true)
  }

  @Test(
    "another word for what is done may be missing, a thing may not",
    arguments: [
      ("Which competitor farms out its sprinkler jobs?", true), ("Which rep covers Castlegate?", true),
      ("Who do I inform about a fuel spill?", true), ("What matters to the owner of a shop?", true),
      ("Which brand of brine sprayer do we use?", false), ("How do I claim my mileage?", false),
      ("What is the speed limit on the interstate?", false), ("Who designs our billboard ads?", false),
      ("What time does the hardware store close?", false),
    ])
  func lightWords(question: String, isAnswerable: Bool) async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    #expect(try Retriever(store: room.store).find(question)?.isAnswerable == isAnswerable)
  }

  @Test("everyday words side by side are not one word that was misheard")
  func everyday() async throws {
    let room = try CopilotRoom()
    try room.write("company_wiki.md", "## Past\n\nWe were late, we were early.\n\n## Calls\n\nPhone the office.\n")
    try await room.build()
    let found = try #require(try Retriever(store: room.store).find("When do we ring?"))
    #expect(found.hits.map(\.chunk.title) == ["Calls"])
  }

  @Test("forms of a word that no ending tells are one word")
  func irregular() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let found = try #require(try Retriever(store: room.store).find("Why did we lose Oldcastle Mews?"))
    #expect(found.isAnswerable && found.hits.first?.chunk.id == "crm_C0058")
  }

  @Test("vectors of an index that was replaced are not taken for those of the one now")
  func replaced() async throws {
    let room = try CopilotRoom()
    let embed: ReferenceIndex.Embedder = { texts in texts.map { $0.contains("bark") ? [1, 0] : [0, 1] } }
    try room.write("company_wiki.md", "## Mulch\n\nBrown bark.\n\n## Snow\n\nPlows leave at one inch.\n")
    _ = try await room.index.build(model: "m", embed: embed)
    let retriever = Retriever(store: room.store)
    #expect(try retriever.find("zzzz", vector: ([1, 0], "m"))?.hits.first?.chunk.title == "Mulch")
    try room.write("company_wiki.md", "## Stone\n\nGray gravel.\n\n## Beds\n\nRed bark.\n")
    _ = try await room.index.build(model: "m", embed: embed)
    let found = try #require(try retriever.find("zzzz", vector: ([1, 0], "m")))
    #expect(found.hits.map(\.chunk.title) == ["Beds", "Stone"])
  }

  @Test("a name or a number is looked for by its letters, whatever is near it in meaning")
  func namesByLetters() async throws {
    let room = try CopilotRoom()
    try room.write("company_wiki.md", "## Mulch\n\nBrown bark, order 4711.\n\n## Snow\n\nPlows leave at one inch.\n")
    let embed: ReferenceIndex.Embedder = { texts in texts.map { $0.contains("bark") ? [1, 0] : [0, 1] } }
    _ = try await room.index.build(model: "m", embed: embed)
    let found = try #require(try Retriever(store: room.store).find("order 4711", vector: ([0, 1], "m")))
    #expect(found.way == .words && found.hits.first?.chunk.title == "Mulch")
  }

  @Test(
    "words about selling are whole words",
    arguments: [
      ("how do I pitch mulch", true), ("upselling color", true), ("our value", true),
      ("the composition of mulch", false),
      ("counselling", false), ("a pitcher of water", false), ("exposition", false),
    ])
  func positioning(question: String, isMeant: Bool) async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    #expect(try Retriever(store: room.store).find(question)?.wantsBrief == isMeant)
  }
}
