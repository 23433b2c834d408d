import Domain
import Cockpit
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("References")
struct ReferenceTests {
  /// The article that a text makes.
  private func article(_ markdown: String) async throws -> String {
    let room = try PeopleRoom()
    _ = try room.folder.file("company_wiki.md", Data(markdown.utf8))
    let page = try await PeopleClient(visitor: room.cockpit.admin).html("/reference/wiki")
    let start = try #require(page.range(of: "<article class=\"prose\">")?.upperBound)
    let end = try #require(page.range(of: "</article>")?.lowerBound)
    return page[start..<end].trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test(
    "Markdown becomes the elements that it means",
    arguments: [
      ("## Who we are", "<h2 id=\"who-we-are\">Who we are</h2>"),
      ("a **b** *c* `d`", "<p>a <strong>b</strong> <em>c</em> <code>d</code></p>"),
      ("***", "<hr>"), ("a * b ** c", "<p>a * b ** c</p>"), ("snake_case_name", "<p>snake_case_name</p>"),
      ("[w](https://a.example/x?y=1)", "<p><a href=\"https://a.example/x?y=1\" rel=\"noreferrer\">w</a></p>"),
      ("[a](#glossary)", "<p><a href=\"#glossary\" rel=\"noreferrer\">a</a></p>"),
      ("- a\n- b\n  - c", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
      ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"), ("> a\n> b", "<blockquote><p>a b</p></blockquote>"),
      ("```\n<b>\n```", "<pre tabindex=\"0\"><code>&lt;b&gt;</code></pre>"),
      ("    a <b>\n      b\n\n    c\n\nd", "<pre tabindex=\"0\"><code>a &lt;b&gt;\n  b\n\nc</code></pre><p>d</p>"),
      ("- a\n\n      b", "<ul><li>a<pre tabindex=\"0\"><code>b</code></pre></li></ul>"),
      ("a\n    b", "<p>a b</p>"), ("<!-- a remark -->\n\nb", "<p>b</p>"), ("\\*a\\*", "<p>*a*</p>"),
    ])
  func elements(markdown: String, html: String) async throws {
    #expect(try await article(markdown) == html)
  }

  @Test(
    "HTML and addresses that could do something are text",
    arguments: [
      "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
      "[a](JaVaScRiPt:alert(1))", "[a](data:text/html,x)", "[a](//evil.example)", "[a](/signout)",
      "[a](https://a.example/\"onclick=\"x)", "[<b>](https://a.example)", "# <b>\n\n## <i>", "| <b> |\n|---|\n| <i> |",
      "`<b>`", "> <b>", "- <b>", "[a](vbscript:x)", "![x](https://a.example/p.png)",
    ])
  func hostile(markdown: String) async throws {
    let html = try await article(markdown)
    let allowed =
      /<\/?(h[2-4]|p|a|strong|em|code|ul|ol|li|pre|blockquote|hr|div|table|thead|tbody|tr|th|td)( (id|href|rel|class|tabindex|role|aria-label|scope)="[^"<>]*")*>/
    #expect(!html.replacing(allowed, with: "").contains("<"), "\(html)")
    for address in html.matches(of: /href="([^"]*)"/) {
      #expect(address.output.1.hasPrefix("https://a.example") || address.output.1.hasPrefix("#"), "\(html)")
    }
  }

  @Test("a table has a head, and numbers at the end") func table() async throws {
    let html = try await article("| a | n |\n|---|---:|\n| x \\| y | 1 |\n| z |")
    #expect(html.contains("<th scope=\"col\">a</th><th scope=\"col\" class=\"r\">n</th>"))
    #expect(html.contains("<td>x | y</td><td class=\"r\">1</td>") && html.contains("<td>z</td><td class=\"r\"></td>"))
  }

  @Test(
    "a text made to be slow is not",
    arguments: [
      String(repeating: "*a ", count: 20_000), String(repeating: "[", count: 40_000),
      String(repeating: "> ", count: 20_000), String(repeating: "- ", count: 20_000) + "x",
      String(repeating: "`a", count: 20_000), String(repeating: "- a\n\n", count: 5_000),
      String(repeating: "**_", count: 16_000), String(repeating: "|a", count: 20_000) + "\n|---|",
    ])
  func slow(markdown: String) async throws {
    let start = ContinuousClock.now
    _ = try await article(markdown)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("a changed file shows at once, a missing one says so") func changed() async throws {
    let room = try PeopleRoom()
    try await room.test { client async throws -> Void in
      #expect(
        try await client.html("/reference/playbook").contains("There is no sales_playbook.md in the data folder."))
      _ = try room.folder.file("sales_playbook.md", Data("# First\n\nold".utf8))
      #expect(try await client.html("/reference/playbook").contains("<h1>First</h1>"))
      _ = try room.folder.file("sales_playbook.md", Data("# Second\n\nnewer".utf8))
      #expect(try await client.html("/reference/playbook").contains("<h1>Second</h1>"))
    }
  }

  @Test("the runbook ships with the program") func runbook() async throws {
    try await PeopleRoom().test { client async throws -> Void in
      #expect(try await client.html("/reference/runbook").contains("<h2 id=\"back-up\">Back up</h2>"))
      #expect(try await client.visitor.get("/reference/nothing").status == .notFound)
    }
  }

  @Test("the table of customers is sorted as asked, and says how") func sample() async throws {
    let room = try PeopleRoom(
      PeopleRoom.juniper + PeopleRoom.kestrel + "C3,Abbey,School,Zoe,,,,,Won,2026-10-01,,9000,,\n")
    let id = try #require(try room.store.people.card(customerID: "C1")).person.id
    try await room.test { client async throws -> Void in
      let page = try await client.html("/reference/sample?sort=-value")
      #expect(page.contains("<a href=\"/people/\(id)\">Juniper Court</a>"))
      #expect(page.contains("aria-sort=\"descending\"") && page.contains("name=\"sort\" value=\"value\">Value"))
      let (abbey, juniper) = (page.range(of: ">Abbey<"), page.range(of: ">Juniper Court<"))
      #expect(try #require(abbey).lowerBound < (try #require(juniper)).lowerBound)
      let byStage = try await client.html("/reference/sample?sort=stage")
      #expect(
        try #require(byStage.range(of: ">Juniper Court<")).lowerBound
          < (try #require(byStage.range(of: ">Abbey<"))).lowerBound)
      _ = try await client.html("/reference/sample?sort=;drop")
    }
  }
}
