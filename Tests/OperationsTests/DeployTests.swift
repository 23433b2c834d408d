import Foundation
import Operations
import TestSupport
import Testing

@Suite("Files for deployments")
struct DeployTests {
  private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy")

  private func promtool(_ arguments: String...) throws -> (Int32, String) {
    let (process, said) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["promtool"] + arguments
    process.currentDirectoryURL = Self.folder.appending(path: "prometheus")
    process.standardOutput = said
    process.standardError = said
    try process.run()
    let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test("promtool takes the alert rules, their tests and the part to scrape") func rules() throws {
    for arguments in [["check", "rules", "alerts.yml"], ["check", "config", "--syntax-only", "scrape.yml"]] {
      let (status, said) =
        try arguments.count == 3
        ? promtool(arguments[0], arguments[1], arguments[2])
        : promtool(arguments[0], arguments[1], arguments[2], arguments[3])
      #expect(status == 0, "\(said)")
    }
    let (status, said) = try promtool("test", "rules", "alerts-test.yml")
    #expect(status == 0, "\(said)")
  }

  @Test("every metric that the rules and the dashboard name is one that FieldOS tells") func names() throws {
    let room = try ViewRoom()
    try room.save()
    let told = try StoreMetrics.text(room.store, workerEnabled: true, now: room.clock.now)
    let known = Set(told.matches(of: /\n(fieldos_[a-z_]+)|# TYPE (fieldos_[a-z_]+)/).compactMap { $0.1 ?? $0.2 })
    for name in ["prometheus/alerts.yml", "grafana/fieldos.json"] {
      let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
      let named = Set(text.matches(of: /fieldos_[a-z_]+/).map(\.output))
      #expect(!named.isEmpty && named.subtracting(known).isEmpty, "\(name): \(named.subtracting(known))")
    }
  }

  @Test("the dashboard is JSON with panels that don't overlap") func dashboard() throws {
    struct Dashboard: Decodable {
      struct Panel: Decodable {
        struct Place: Decodable, Hashable { let x, y, w, h: Int }
        let id: Int
        let gridPos: Place
      }
      let panels: [Panel]
    }
    let file = Self.folder.appending(path: "grafana/fieldos.json")
    let panels = try JSONDecoder().decode(Dashboard.self, from: try Data(contentsOf: file)).panels
    #expect(panels.count >= 12 && Set(panels.map(\.id)).count == panels.count)
    #expect(Set(panels.map(\.gridPos)).count == panels.count)
    #expect(panels.allSatisfy { $0.gridPos.x + $0.gridPos.w <= 24 })
  }

  private func shell(_ script: String) throws -> (Int32, String) {
    let (process, said) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = Self.folder
    process.standardOutput = said
    process.standardError = said
    try process.run()
    let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test("systemd takes the unit, and finds little that it exposes") func unit() throws {
    let room = try ViewRoom()
    // The program is not installed where tests run.
    let unit = try String(contentsOf: Self.folder.appending(path: "systemd/fieldos.service"), encoding: .utf8)
      .replacing("/usr/local/bin/fieldos", with: "/bin/true").replacing("Documentation=man:fieldos(1)\n", with: "")
    try room.put("fieldos.service", unit)
    let file = room.file("fieldos.service").path
    let (status, said) = try shell("systemd-analyze verify '\(file)'")
    #expect(status == 0 && !said.contains("fieldos.service:"), "\(said)")
    let (safe, exposed) = try shell("systemd-analyze security --offline=yes --threshold=20 '\(file)'")
    #expect(safe == 0, "\(exposed)")
  }

  @Test("the launchd file is a property list that starts the program") func launchd() throws {
    let read = "import plistlib; print(plistlib.load(open('launchd/com.fieldos.up.plist', 'rb'))['ProgramArguments'])"
    let (status, said) = try shell("python3 -c \"\(read)\"")
    #expect(status == 0 && said.contains("['/usr/local/bin/fieldos', 'up']"), "\(said)")
  }

  @Test("wrappers under scripts/ are at most five lines") func wrappers() throws {
    let scripts = Self.folder.deletingLastPathComponent().appending(path: "scripts")
    for name in [
      "setup_env.sh", "download_faster_whisper.sh", "run_final_worker_smoke.sh", "start_final_worker", "report_ops_log",
      "cleanup_snapshot", "reset_crm_sample", "mock_crm_server", "build_reference_index", "post_ci_wrap.sh",
      "update_product_timeline",
    ] {
      let lines = try String(contentsOf: scripts.appending(path: name), encoding: .utf8).split(separator: "\n")
      #expect(lines.count <= 5, "\(name)")
    }
  }
}
