import Foundation
import Testing

extension CommandLineTests {
  /// The checklist and the tag, on a git repository and a data folder of the test's own.
  @Suite("releases")
  struct ReleaseTests {
    let room: Room
    private let tag = "v4.4.0-beta"
    private var repo: URL { room.folder.appending(path: "repo") }
    private var smoke: URL { repo.appending(path: "docs/smoke") }

    init() throws { room = try Room() }

    @discardableResult
    private func git(_ arguments: String..., at date: Date = Date()) async throws -> String {
      var launch = try room.launch(["-C", repo.path] + arguments)
      launch.executable = URL(filePath: "/usr/bin/git")
      launch.environment["GIT_COMMITTER_DATE"] = "\(Int(date.timeIntervalSince1970)) +0000"
      let outcome = try await room.start(launch).finish()
      guard outcome.status == 0 else { throw Failure("\(outcome)") }
      return outcome.out
    }

    private func commit(_ what: String, at date: Date = Date()) async throws {
      try await git("add", "--all")
      try await git("commit", "--quiet", "--message", what, at: date)
    }

    private func write(_ text: String, to path: String) throws {
      let file = repo.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }

    /// A repository whose sources a signed smoke run of the version tried.
    private func makeRepository() async throws {
      try room.makeFolder("repo")
      try await git("init", "--quiet", "--initial-branch", "main")
      try await git("config", "user.name", "Ada")
      try await git("config", "user.email", "ada@example.com")
      try write("let x = 1\n", to: "Sources/x.swift")
      try write("# Changelog\n\n## [4.4.0-beta] - 2026-11-23\n\n- More.\n", to: "CHANGELOG.md")
      try await commit("Begin", at: Date() - 3_600)
      expectSuccess(
        try await room.run("smoke", "--mock", "--record", "--by", "Ada", "--record-dir", smoke.path))
      try editSmoke { $0.replacing(/- FieldOS: .*/, with: "- FieldOS: 4.4.0-beta") }
      try await commit("Keep the smoke run")
    }

    private func editSmoke(_ edit: (String) -> String) throws {
      for name in try FileManager.default.contentsOfDirectory(atPath: smoke.path) {
        try write(edit(try String(contentsOf: smoke.appending(path: name), encoding: .utf8)), to: "docs/smoke/\(name)")
      }
    }

    /// A note went out, and nothing of it is left in the files that people read.
    private func makeData() async throws {
      try room.makeFolder("data")
      let sample = Repository.demoModel.deletingLastPathComponent().appending(path: "demo-data/crm_sample.csv")
      try FileManager.default.copyItem(at: sample, to: room.data.appending(path: "crm_sample.csv"))
      chmod(room.data.path, 0o700)
      try await room.deliver()
    }

    private func clear() async throws {
      expectSuccess(try await room.run("archive", "snapshot"))
      expectSuccess(try await room.run("snapshot", "scrub"))
      expectSuccess(try await room.run("crm", "reset-sample", "--keep-demo"))
    }

    private func walk(_ arguments: String...) async throws -> (outcome: Outcome, open: [String]) {
      let launch = try room.launch(["release"] + arguments + ["--repo", repo.path])
      let outcome = try await room.start(launch).finish()
      let open = outcome.lines.filter { $0.hasPrefix("[ERROR] ") }
        .map { String($0.dropFirst(8).prefix(12)).trimmingCharacters(in: .whitespaces) }
      return (outcome, open)
    }

    @Test("what is left to do is named, each with its remedy; nothing is tagged before it is done") func walks()
      async throws
    {
      try await makeRepository()
      try await makeData()
      let before = try await walk("tag", tag)
      #expect(before.outcome.status == 1 && before.open == ["archive", "payloads", "status", "sample"], "\(before)")
      for remedy in ["fieldos archive snapshot", "fieldos snapshot scrub", "fieldos crm reset-sample"] {
        #expect(before.outcome.out.contains(remedy), "\(before)")
      }
      #expect(try await git("tag").isEmpty)
      try await clear()
      let ready = try await walk("check", tag)
      #expect(ready.outcome.status == 0 && ready.outcome.out.hasSuffix("release: ready\n"), "\(ready)")
      #expect(try await git("tag").isEmpty)
      let tagged = try await walk("tag", tag, "--message", "The beta")
      #expect(tagged.outcome.status == 0 && tagged.outcome.out.contains("\(tag) tagged at"), "\(tagged)")
      #expect(try await git("tag", "--list", "-n1", tag).contains("The beta"))
      #expect(try await git("rev-parse", "\(tag)^{commit}") == git("rev-parse", "HEAD"))
      #expect(try await walk("tag", tag).open == ["tag"])
    }

    @Test("each thing that does not hold keeps the release from being tagged") func broken() async throws {
      try await makeRepository()
      try await makeData()
      try await clear()
      try await git("branch", "good")
      func expect(_ open: [String], _ version: String = "v4.4.0-beta", _ breaks: () async throws -> Void) async throws {
        try await breaks()
        let found = try await walk("tag", version)
        #expect(found.outcome.status == 1 && found.open == open, "\(found)")
        try await git("reset", "--quiet", "--hard", "good")
        try await git("clean", "--quiet", "-fd")
      }
      try await expect(["smoke"]) {
        try editSmoke { $0.replacing("- Result: passed", with: "- Result: FAILED") }
        try await commit("Fail")
      }
      try await expect(["smoke"]) {
        try editSmoke { $0.replacing("Signed off by: Ada", with: "Signed off by: ____________________") }
        try await commit("Sign nothing")
      }
      try await expect(["smoke"]) {
        try write("let x = 2\n", to: "Sources/x.swift")
        try await commit("Change a source", at: Date() + 3_600)
      }
      try await expect(["work tree"]) { try write("new", to: "notes.txt") }
      try await expect(["smoke", "changelog"], "v4.4.0") {}
      try room.store.change(
        "UPDATE jobs SET state = 'dead', completed_at = NULL, last_error = 'no', updated_at = updated_at + 1000")
      try await expect(["dashboard"]) {}
      #expect(try await git("tag").isEmpty)
    }

    @Test("any version after Semantic Versioning is taken, and nothing else") func versions() async throws {
      for good in ["v0.1.0", "v4.4.0-beta", "v1.2.3-rc.1+build.5", "v1.0.0--x", "v10.20.30+20261123"] {
        // There is no data folder: the version was taken, and the walk ends there.
        expectRefusal(try await room.run("release", "check", good), naming: room.data.path)
      }
      for bad in ["4.4.0", "v1.2", "v01.2.3", "v1.2.3-", "v1.2.3-01", "v1.2.3-a..b", "v1.2.3+", "v1.2.3 x", "v1.2.3-ä"]
      {
        expectMisuse(try await room.run("release", "tag", bad), saying: "Semantic Versioning")
      }
    }

    @Test("a folder that is no repository is told as that") func noRepository() async throws {
      try await room.deliver()
      try room.makeFolder("repo")
      let found = try await walk("check")
      #expect(found.outcome.status == 1 && found.open.contains("work tree"), "\(found)")
      #expect(found.outcome.out.contains("not a git repository"), "\(found)")
    }
  }
}

extension CommandLineTests.ReleaseTests {
  private func timeline(_ text: String, _ options: String...) async throws -> Outcome {
    try room.write(Data(text.utf8), to: "timeline.json")
    return try await room.start(room.launch(["release", "timeline", "--folder", "."] + options)).finish()
  }

  @Test("the timeline is written sorted by date, with all that an entry may have") func page() async throws {
    let entries = """
      [{"date": "2026-11-23", "title": "Later", "tag": "v0.2.0"},
       {"date": "2026-11-22", "title": "Earlier", "summary": "It\\nbegan.", "highlights": ["One", "Two"],
        "artifacts": ["README.md", "docs/runbook.md"]}]
      """
    #expect(try await timeline(entries, "--check").status == 1)
    expectSuccess(try await timeline(entries))
    let page = try String(contentsOf: room.work.appending(path: "product_timeline.md"), encoding: .utf8)
    let body = """
      ## 2026-11-22: Earlier

      It began.

      - One
      - Two

      Artifacts: `README.md`, `docs/runbook.md`

      ## 2026-11-23: Later (v0.2.0)

      """
    #expect(page.hasSuffix(body), "\(page)")
    expectSuccess(try await timeline(entries, "--check"))
  }

  @Test(
    "an entry without its date or title is named",
    arguments: [#"{"title": "x"}"#, #"{"date": "2026-02-30", "title": "x"}"#, #"{"date": "2026-02-03"}"#])
  func badEntry(entry: String) async throws {
    expectMisuse(try await timeline(#"[{"date": "2026-11-22", "title": "a"}, \#(entry)]"#), saying: "entry 2")
    expectMisuse(try await timeline("{}"), saying: "timeline.json")
  }

  @Test("this repository's own timeline is what its page says") func ownTimeline() async throws {
    let folder = Repository.tests.deletingLastPathComponent().appending(path: "docs/fieldos_narrative")
    expectSuccess(try await room.run("release", "timeline", "--check", "--folder", folder.path))
  }
}
