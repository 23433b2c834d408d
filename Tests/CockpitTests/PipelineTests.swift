import Cockpit
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Pipeline")
struct PipelineTests {
  private func write(_ room: PeopleRoom, _ text: String) throws {
    _ = try room.folder.file("pipeline_snapshot.json", Data(text.utf8))
  }

  private func snapshot(_ date: String, _ value: Int = 64_250, _ currency: String = "USD") -> String {
    #"{"last_updated":"\#(date)","overdue_touches":6,"weekly_pipeline_value":\#(value),"currency":"\#(currency)"}"#
  }

  @Test("the figures are shown, and a refresh reads the file again and says so") func refresh() async throws {
    let room = try PeopleRoom()
    try write(room, snapshot("2026-11-22T07:42:00Z"))
    try await room.test { client async throws -> Void in
      let page = try await client.html("/pipeline")
      #expect(
        page.contains("$64,250") && page.contains(">6</b>overdue touches") && !page.contains("These figures are old."))
      try write(room, snapshot("2026-11-22T11:00:00.123Z", 71_000, "CHF"))
      let reply = try await client.send("/pipeline/refresh", "{}")
      #expect(reply.status == .ok && reply.text == #"{"message":"Pipeline snapshot refreshed"}"#)
      #expect(try await client.html("/").contains("CHF 71,000"))
      let form = try await client.submit("/pipeline/refresh", "back=/pipeline")
      #expect(form.location == "/pipeline?did=refreshed")
      #expect(try await client.html(form.location).contains("<b>Pipeline snapshot refreshed</b>"))
    }
  }

  @Test("figures of more than a day ago are called old") func stale() async throws {
    let room = try PeopleRoom()
    try write(room, snapshot("2026-11-20T07:42:00Z"))
    try await room.test { client async throws -> Void in
      let page = try await client.html("/pipeline")
      #expect(page.contains("These figures are old.") && page.contains("Refresh it.") && page.contains("$64,250"))
    }
  }

  @Test("a date that is none is shown as it is") func unreadableDate() async throws {
    let room = try PeopleRoom()
    try write(room, snapshot("soon"))
    try await room.test { client async throws -> Void in
      #expect(try await client.html("/pipeline").contains("The snapshot&#39;s date “soon” cannot be read."))
    }
  }

  @Test("a broken file keeps the figures, through a restart too, and says so", arguments: ["{", "[]", "{}", ""])
  func broken(text: String) async throws {
    let room = try PeopleRoom()
    try write(room, snapshot("2026-11-22T07:42:00Z"))
    try await room.test { client async throws -> Void in _ = try await client.html("/pipeline") }
    try write(room, text)
    try await room.test { client async throws -> Void in
      let reply = try await client.send("/pipeline/refresh", "{}")
      #expect(reply.status == .unprocessableContent && reply.text.contains("The pipeline snapshot can't be read."))
      let form = try await client.submit("/pipeline/refresh", "back=/pipeline")
      #expect(form.location == "/pipeline")
      let page = try await client.html("/pipeline")
      #expect(page.contains("$64,250"))
    }
  }

  @Test("without a file there are no figures, and the page stands") func none() async throws {
    try await PeopleRoom().test { client async throws -> Void in
      #expect(try await client.html("/pipeline").contains("No pipeline snapshot was read yet."))
    }
  }
}
