import Foundation
import SpeechEngine
import Testing

/// Each thing that the doctor looks at inside the data folder and the machine, broken for real.
extension CommandLineTests.DoctorTests {
  @Test("slower kernels than the CPU's best warn; the engine computes with them") func processor() async throws {
    let slow: [String: String?] = ["FIELDOS_KERNELS": "scalar"]
    try await expect("CPU", "warning", remedy: "unset FIELDOS_KERNELS", with: slow)
    try await expect(
      "CPU", "warning", remedy: "set FIELDOS_KERNELS in the environment", with: ["FIELDOS_KERNELS": "mmx"])
    let heard = try await room.run("transcribe", Repository.clip("note006").path, with: slow)
    expectSuccess(heard)
    #expect(heard.out.contains(CommandLineTests.sentence), "\(heard)")
    let best = KernelVariant.available[0]
    guard best != "scalar" else { return }
    let refused = try await room.run("transcribe", "--kernel", best, Repository.clip("note006").path, with: slow)
    #expect(refused.status != 0 && refused.out.isEmpty && refused.err.contains(best), "\(refused)")
  }

  @Test("live words that are switched off warn") func liveWordsOff() async throws {
    try await expect(
      "live words", "warning", remedy: "unset FIELDOS_STREAMING_FORCE_FAIL",
      with: ["FIELDOS_STREAMING_FORCE_FAIL": "true"])
  }

  @Test("memory that the model does not fit into fails") func memory() async throws {
    guard room.mayMount("the memory check") else { return }
    let file = try room.write(Data("MemTotal: 2048 kB\nMemAvailable: 2048 kB\n".utf8), to: "meminfo")
    var launch = try room.launch([])
    let doctor = "mount --bind '\(file.path)' /proc/meminfo && exec '\(launch.executable.path)' doctor --json"
    launch.arguments = ["--mount", "sh", "-c", doctor]
    launch.executable = URL(filePath: "/usr/bin/unshare")
    try await expect("memory", "failure", remedy: "smaller model", launch)
  }

  @Test("a disk with no room to work fails") func disk() async throws {
    guard room.mayMount("the disk check") else { return }
    let disk = try SmallDisk(on: room.makeFolder("data"), kibibytes: 8_192)
    defer { disk.unmount() }
    try await expect("disk", "failure", remedy: "fieldos retention --dry-run")
  }

  @Test("a damaged database fails, and the way back is named") func database() async throws {
    expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
    try room.store.change(
      """
      CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
        SELECT i, hex(randomblob(2000)) AS words FROM n;
      PRAGMA wal_checkpoint(TRUNCATE);
      """)
    let file = try FileHandle(forUpdating: room.store.file)
    let size = try file.seekToEnd()
    for page in stride(from: size / 8_192 * 4_096, to: size, by: 4_096) {
      try file.seek(toOffset: page)
      try file.write(contentsOf: Data(repeating: 0xAB, count: 64))
    }
    try file.close()
    try await expect("database", "failure", remedy: "fieldos restore")
  }

  @Test("figures of the pipeline that are old warn") func pipeline() async throws {
    try room.makeFolder("data")
    try Data(#"{"last_updated":"2025-11-03T10:00:00Z"}"#.utf8).write(
      to: room.data.appending(path: "pipeline_snapshot.json"))
    try await expect("pipeline figures", "warning", remedy: "pipeline_snapshot.json")
  }

  @Test("a snapshot that is gone warns") func snapshot() async throws {
    try await room.deliver()
    try FileManager.default.removeItem(at: room.data.appending(path: "crm_snapshot.json"))
    try await expect("snapshot", "warning", remedy: "fieldos up")
  }

  /// More recordings than may wait.
  private func ingestFive() async throws {
    let launch = try room.launch(["ingest"] + (0..<5).map { Repository.clip("note00\($0)").path })
    expectSuccess(try await room.start(launch).finish())
  }

  @Test("a backlog warns of its likely cause: recordings, then notes") func backlog() async throws {
    try await ingestFive()
    try await expect("recordings waiting", "warning", remedy: "fieldos up --final-worker")
    expectSuccess(try await room.run("queue", "pause", "transcribe"))
    try await expect("recordings waiting", "warning", remedy: "fieldos queue resume transcribe")
    expectSuccess(try await room.run("queue", "resume", "transcribe"))
    let closed: [String: String?] = ["FIELDOS_CRM_ENDPOINT": "http://127.0.0.1:\(try Loopback.closedPort())/"]
    expectSuccess(try await room.run("up", "--once", "--final-worker", "--auto-note", with: closed))
    try await expect("notes waiting", "warning", remedy: "FIELDOS_CRM_ENDPOINT", with: closed)
    expectSuccess(try await room.run("queue", "pause", "delivery"))
    try await expect("notes waiting", "warning", remedy: "fieldos queue resume delivery", with: closed)
  }

  @Test("jobs and notes that were given up, and recordings that are gone, warn") func givenUp() async throws {
    let crm = try await room.startMockCRM(failures: 5)
    let broken = try room.write(Data("RIFF but no sound".utf8), to: "broken.wav")
    expectSuccess(try await room.run("ingest", broken.path, Repository.clip("note006").path))
    let strict: [String: String?] = ["FIELDOS_CRM_ENDPOINT": crm.endpoint, "FIELDOS_CRM_MAX_RETRIES": "1"]
    let up = try await room.run("up", "--once", "--final-worker", "--auto-note", with: strict)
    #expect(up.status == 1, "\(up)")
    try await expect("jobs given up", "warning", remedy: "fieldos queue dead")
    try await expect("notes given up", "warning", remedy: "fieldos crm flush")
    for name in room.cachedAudio {
      try FileManager.default.removeItem(at: room.data.appending(path: "audio_cache/\(name)"))
    }
    _ = try await room.run("up", "--once", with: strict)
    try await expect("recordings missing", "warning", remedy: "fieldos ingest")
  }
}
