import ArgumentParser
import Domain
import Foundation
import Serving
import Storage

struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Keys with which programs ask the transcription server.",
    discussion: "From the first key on everybody needs one, programs of this machine too, even when all are revoked.",
    subcommands: [KeysAddCommand.self, KeysListCommand.self, KeysRevokeCommand.self])
}

struct KeysAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make a key and show it, this once.",
    discussion: "A server that runs takes it at once.")

  @Argument(help: "What to call it: who or what will use it.") var name: String
  @Option(
    help: "What it allows: transcribe, translate, models, priority (goes first). Default: all but priority.",
    transform: Self.parse)
  var scope: [APIScope] = []
  @Flag(help: "Print JSON, one object.") var json = false

  private static func parse(_ name: String) throws -> APIScope {
    guard let scope = APIScope(rawValue: name) else {
      throw ValidationError("known: \(APIScope.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return scope
  }

  func validate() throws {
    if name.isEmpty || name.count > 100 { throw ValidationError("NAME: 1 to 100 characters.") }
  }

  func run() async throws {
    let store = try FieldStore.open(dataDirectory: try Settings.load().dataDirectory)
    let isFirst = try !store.apiKeys.areNeeded()
    let token = "fos_" + Secrets.token()
    let key = try store.apiKeys.add(
      name: name, hash: Secrets.hash(token), hint: String(token.prefix(8)),
      scopes: scope.isEmpty ? APIScope.usual : Set(scope))
    if json {
      return try JSONValue.object(KeysDesk.facts(key).merging(["key": .text(token)]) { $1 }).print()
    }
    Console.line(token)
    Console.error(
      "This is the key of '\(Wording.plain(name))'. It is not shown again: put it where its program reads it.")
    if isFirst { Console.error("It is the first: from now on everybody needs a key, programs of this machine too.") }
  }
}

struct KeysListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Which keys there are, what they allow, and when they were last used.")

  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let keys = try FieldStore.existing().apiKeys.list()
    if json { return try JSONValue.list(keys.map { .object(KeysDesk.facts($0)) }).print() }
    if keys.isEmpty {
      return Console.line("No key. Programs of this machine need none. Make one: fieldos keys add NAME")
    }
    let moment = Moment()
    var table = TextTable(["id", "key", "name", "allows", "made", "last used", "state"], flexible: 2)
    for key in keys {
      table.add([
        String(key.id.rawValue.prefix(8)), key.hint + "…", key.name, KeysDesk.scopes(key).joined(separator: " "),
        moment.short(key.createdAt), key.lastUsedAt.map(moment.text) ?? "never",
        key.revokedAt.map { "revoked \(moment.short($0))" } ?? "good",
      ])
    }
    QueueDesk.show(table)
  }
}

struct KeysRevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Make a key worthless, at once and for good.")

  @Argument(help: "A key's ID, or its first 6 characters or more.") var id: String

  func run() async throws {
    let id = id.lowercased()
    guard id.count >= 6 else { throw QueueDesk.misuse("keys revoke '\(id)': name 6 characters of the ID or more.") }
    let found = try FieldStore.existing().apiKeys.revoke(id)
    guard let key = found.first else {
      throw QueueDesk.misuse("keys revoke '\(id)': no such key. See: fieldos keys list")
    }
    guard found.count == 1 else {
      throw QueueDesk.misuse("keys revoke '\(id)': several begin so. Name more of the ID.")
    }
    Console.line("The key of '\(Wording.plain(key.name))' is worthless now.")
  }
}

private enum KeysDesk {
  static func scopes(_ key: APIKey) -> [String] { APIScope.allCases.filter(key.scopes.contains).map(\.rawValue) }

  static func facts(_ key: APIKey) -> [String: JSONValue] {
    [
      "id": .text(key.id.rawValue), "hint": .text(key.hint), "name": .text(key.name),
      "scopes": .list(scopes(key).map(JSONValue.text)), "created_at": .time(key.createdAt),
      "last_used_at": .time(key.lastUsedAt), "revoked_at": .time(key.revokedAt),
    ]
  }
}
