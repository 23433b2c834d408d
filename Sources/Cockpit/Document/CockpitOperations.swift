extension CockpitOperation {
  static let all: [CockpitOperation] =
    session + recordings + notes + helpers + people + outbox + operations

  private static func get(
    _ path: String, _ summary: String, query: String = "", _ answer: String, unready: String = "Error",
    isOpen: Bool = false
  ) -> CockpitOperation {
    CockpitOperation(
      method: "get", path: path, summary: summary, query: query, answer: answer, unready: unready, isOpen: isOpen)
  }

  private static func post(
    _ path: String, _ summary: String, _ body: String?, _ answer: String, status: Int = 200, conflict: String = "Error"
  ) -> CockpitOperation {
    CockpitOperation(
      method: "post", path: path, summary: summary, body: body, answer: answer, status: status, conflict: conflict)
  }

  private static let session = [
    get("/api/session", "Who is signed in, and the token that changes need.", "Session"),
    get("/health/live", "Whether the program runs.", "Health", isOpen: true),
    get("/health/ready", "Whether it can work; 503 where it can't.", "Health", unready: "Health", isOpen: true),
    get("/ask/places", "By what questions to the copilot can be narrowed.", "Places"),
    post("/settings/crm/test", "Asks the CRM whether it is there. Admins.", nil, "Result"),
  ]

  private static let recordings = [
    post(
      "/api/recordings", "Begins a recording, or tells how far it is.",
      "id note contact? started:number client?", "Recording"),
    get("/api/recordings/{id}", "Which parts of a recording are on disk.", "Recording"),
    get("/api/recordings/{id}/words", "What was heard of it so far.", "Words"),
    CockpitOperation(
      method: "put", path: "/api/recordings/{id}/chunks/{number}",
      summary: "A part: 16-bit samples. 204: it is on disk.",
      query: "of:integer?", header: "X-SHA-256", answer: nil, isBinary: true),
    post(
      "/api/recordings/{id}/finish", "Makes the recording whole.", "chunks:integer frames:integer sha256", "Recording",
      conflict: "Missing"),
    CockpitOperation(
      method: "post", path: "/api/uploads", summary: "A whole recording of any format, its name percent-encoded.",
      query: "contact?", header: "X-File-Name?", answer: "Upload", isBinary: true),
    get("/notes/{id}/wave", "The shape of a note's recording.", "Wave"),
  ]

  private static let notes = [
    post("/notes", "Begins a note without a recording.", "contact?", "ID"),
    get("/notes/{id}/draft", "The draft.", "Draft"),
    post(
      "/notes/{id}/draft", "Saves the draft; the text that it was based on is known by its number.",
      "text basedOn:integer? editor? origin?", "Draft", conflict: "Conflict"),
    post("/notes/{id}/versions/{number}", "Makes an earlier version the draft.", nil, "Draft"),
    post(
      "/notes/{id}/correction", "Corrects the transcript.", "transcript text? basedOn:integer? revert?", "Number"),
    post("/notes/{id}/again", "Has the recording heard again.", nil, "Started"),
    post("/notes/{id}/delete", "Puts the note into the trash.", nil, "Deleted"),
    post("/notes/{id}/restore", "Takes it out again.", nil, "Restored"),
    post("/notes/{id}/contact", "Says whom the note is about.", "contact", "Toast"),
    post("/notes/{id}/send", "Saves the draft and sends it to the CRM.", "text? basedOn:integer? editor?", "Sent"),
    post("/notes/{id}/retry", "Tries its delivery now.", nil, "Toast"),
  ]

  private static let helpers = [
    post("/notes/{id}/cues", "Uses a cue of the playbook, or gives it back.", "title do? inserted?", "Toast"),
    post("/notes/{id}/steps", "Takes or skips a step that was heard.", "key do new?", "Toast"),
    post("/notes/{id}/quote", "Keeps, inserts or removes the quote.", "do? inserted? discount?", "Toast"),
    post("/notes/{id}/polish", "Has an AI endpoint polish the draft.", "text? basedOn:integer? editor?", "Polished"),
  ]

  private static let people = [
    get("/api/people", "Whom a note can be about.", query: "q?", "People"),
    post("/leads", "Adds a lead.", "id? name account phone? service? note?", "Lead", status: 201),
    post("/follow-ups/{id}/snooze", "Puts a follow-up off.", "until? date? back?", "FollowUp"),
    post("/follow-ups/{id}/done", "Ends a follow-up.", "back?", "FollowUp"),
    post("/follow-ups/{id}/undo", "Takes that back.", "version back?", "FollowUp"),
    post("/day/close", "Closes the day.", "move?", "Message"),
    post("/pipeline/refresh", "Reads the pipeline's snapshot anew.", "back?", "Message"),
  ]

  private static let outbox = [
    post("/outbox/offline", "Works offline, or online again.", "on?", "Toast"),
    post("/outbox/send", "Sends what waits.", nil, "Toast"),
    post("/outbox/{entry}/retry", "Tries a delivery now.", nil, "Toast"),
  ]

  private static let operations = [
    post("/ops/queues/{queue}/{what}", "Pauses a queue, or lets it go on. Managers.", nil, "Toast"),
    post("/ops/retry", "Tries everything now. Managers.", nil, "Toast"),
    post("/ops/outbox/{entry}/{what}", "Tries a delivery, or puts it aside. Managers.", nil, "Toast"),
    post("/ops/jobs/{job}/{what}", "Cancels a job, or starts it again. Managers.", nil, "Toast"),
  ]
}
