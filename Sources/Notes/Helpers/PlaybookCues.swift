/// Something worth saying to a customer of a service.
public struct PlaybookCue: Sendable, Equatable {
  public let title: String
  public let snippet: String
  public let tags: [String]
  /// What goes into the note.
  public var words: String { "\(title): \(snippet)" }
}

/// The cues of `playbooks.json`: those of the service, or the default ones.
public enum PlaybookCues {
  public static let file = "playbooks.json"
  private static let most = 30

  public static func cues(service: String, in files: HelperFiles) -> HelperReading<[PlaybookCue]> {
    switch files.content(file) {
    case .missing: return HelperReading([])
    case .trouble(let trouble): return HelperReading([], trouble: trouble)
    case .object(let services):
      guard let value = HelperService.find(service, in: services) else { return HelperReading([]) }
      guard case .array(let list) = value else { return HelperReading([], trouble: .damaged(file: file)) }
      return cues(list)
    }
  }

  private static func cues(_ list: [JSONTree]) -> HelperReading<[PlaybookCue]> {
    var skipped = max(0, list.count - most)
    var cues: [PlaybookCue] = []
    for value in list.prefix(most) {
      guard case .object(let fields) = value else {
        skipped += 1
        continue
      }
      var object = HelperObject(fields)
      let (title, snippet) = (object.text("title", limit: 80), object.text("snippet"))
      let tags = object.texts("tags", limit: 10)
      if let title, let snippet, !cues.contains(where: { $0.title == title }) {
        cues.append(PlaybookCue(title: title, snippet: snippet, tags: tags.map { String($0.prefix(30)) }))
      } else {
        object.skip()
      }
      skipped += object.skipped
    }
    return HelperReading(cues, trouble: skipped == 0 ? nil : .skipped(file: file, count: skipped))
  }
}

/// An entry of a file that has one for each service.
enum HelperService {
  /// The service's own entry, whatever the case of its letters, else the default one.
  static func find(_ service: String, in entries: [String: JSONTree]) -> JSONTree? {
    if let exact = entries[service] { return exact }
    let wanted = service.lowercased()
    let known = entries.keys.sorted().first { $0.lowercased() == wanted }
    return known.flatMap { entries[$0] } ?? entries["default"]
  }
}
