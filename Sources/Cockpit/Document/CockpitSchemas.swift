import Serving

/// What the cockpit answers as JSON, for its OpenAPI document.
enum CockpitSchemas {
  static var all: OpenAPI.Object {
    let (string, integer) = (OpenAPI.string, OpenAPI.integer)
    return [
      "Error": of(["error": message]),
      "Session": of(["owner": string, "csrf": string]),
      "Health": of(["status": string], optional: ["store": string, "worker": string]),
      "Places": of(["accounts": texts, "reps": texts, "regions": texts]),
      "Result": of(["result": string]),
      "ID": of(["id": string]),
      "Number": of(["number": integer]),
      "Started": of(["started": OpenAPI.boolean]),
      "Deleted": of(["deleted": string]),
      "Restored": of(["restored": string]),
      "Toast": of([:], optional: ["toast": string]),
      "Message": message,
      "Polished": of(["text": string, "toast": string]),
      "Sent": of(["toast": string, "version": integer, "state": string, "text": string]),
      "Draft": of(["version": integer, "text": string, "at": string]),
      "Conflict": of(["error": message], optional: ["kept": integer, "compare": string]),
      "Lead": of(["id": string, "message": string]),
      "People": of(["people": OpenAPI.list(person)]),
      "FollowUp": of(["message": string], optional: ["undo": of(["path": string, "version": integer])]),
    ].merging(sound) { $1 }
  }

  private static var sound: OpenAPI.Object {
    let (string, integer) = (OpenAPI.string, OpenAPI.integer)
    let runs = OpenAPI.list(OpenAPI.list(integer))
    return [
      "Recording": of(
        ["id": string, "note": string, "state": string, "have": runs],
        optional: ["clip": string, "chunks": integer, "sha256": string]),
      "Missing": of(["error": message], optional: ["missing": OpenAPI.list(integer)]),
      "Words": of(
        ["subject": string, "note": string, "phrases": OpenAPI.list(phrase), "tentative": string, "notice": string]),
      "Upload": of([:], optional: ["note": string, "clip": string, "duplicate": same]),
      "Wave": of(["seconds": OpenAPI.number, "bars": OpenAPI.list(integer)]),
    ]
  }

  private static var message: OpenAPI.Object { of(["message": OpenAPI.string]) }
  private static var texts: OpenAPI.Object { OpenAPI.list(OpenAPI.string) }
  private static var phrase: OpenAPI.Object {
    of(["n": OpenAPI.integer, "text": OpenAPI.string], optional: ["gap": OpenAPI.integer])
  }
  private static var same: OpenAPI.Object {
    of(["title": OpenAPI.string, "line": OpenAPI.string], optional: ["note": OpenAPI.string])
  }
  private static var person: OpenAPI.Object {
    let names = ["id", "name", "account", "service", "place"]
    return of(Dictionary(uniqueKeysWithValues: names.map { ($0, OpenAPI.string) }))
  }

  /// An object whose fields are all there, but for those that may be left out.
  private static func of(_ fields: OpenAPI.Object, optional: OpenAPI.Object = [:]) -> OpenAPI.Object {
    OpenAPI.object(fields.merging(optional) { $1 }, required: fields.keys.sorted())
  }
}
