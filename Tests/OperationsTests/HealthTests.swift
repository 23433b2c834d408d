import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Checks of machine and data folder, each broken once")
struct HealthTests {
  private let room: ViewRoom

  init() throws { room = try ViewRoom() }

  private func expect(
    _ verdict: HealthVerdict, _ level: HealthVerdict.Level, remedy: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(verdict.level == level, "\(verdict)", sourceLocation: sourceLocation)
    #expect(verdict.remedy?.contains(remedy) == true, "\(verdict)", sourceLocation: sourceLocation)
  }

  @Test("a disk with little room warns, a full one fails") func disk() async {
    let little = await MachineChecks.disk(room.folder.url) { _ in DiskSpace(free: 5 << 30, size: 100 << 30) }.run()
    expect(little, .warning, remedy: "fieldos retention --dry-run")
    let full = await MachineChecks.disk(room.folder.url) { _ in DiskSpace(free: 1 << 20, size: 100 << 30) }.run()
    expect(full, .failure, remedy: "make room")
    let fine = await MachineChecks.disk(room.folder.url) { _ in DiskSpace(free: 50 << 30, size: 100 << 30) }.run()
    #expect(fine.level == .ok)
  }

  @Test("a model that does not fit into memory fails, one that barely does warns") func memory() throws {
    expect(MachineChecks.memory(needed: 4 << 30, available: 1 << 30), .failure, remedy: "smaller model")
    expect(MachineChecks.memory(needed: 4 << 30, available: 5 << 30), .warning, remedy: "smaller model")
    #expect(MachineChecks.memory(needed: 1 << 30, available: 5 << 30).level == .ok)
  }

  @Test("free memory is the machine's, or what its control group leaves where that is less") func freeMemory() throws {
    try room.put("proc/meminfo", "MemTotal: 9 kB\nMemAvailable:    2048 kB\n")
    #expect(MachineChecks.availableMemory(root: room.folder.url) == 2_097_152)
    try room.put("sys/fs/cgroup/memory.max", "1000\n")
    try room.put("sys/fs/cgroup/memory.current", "400\n")
    #expect(MachineChecks.availableMemory(root: room.folder.url) == 600)
    try room.put("sys/fs/cgroup/memory.stat", "anon 100\nfile 300\ninactive_file 250\nactive_file 40\n")
    #expect(MachineChecks.availableMemory(root: room.folder.url) == 890)
    try room.put("sys/fs/cgroup/memory.max", "max\n")
    #expect(MachineChecks.availableMemory(root: room.folder.url) == 2_097_152)
  }

  @Test("a data folder that others can look into warns") func permissions() async {
    chmod(room.folder.url.path, 0o755)
    expect(await MachineChecks.permissions(room.folder.url).run(), .warning, remedy: "chmod 700")
    chmod(room.folder.url.path, 0o700)
    #expect(await MachineChecks.permissions(room.folder.url).run().level == .ok)
  }

  @Test("a clock behind the last event warns") func clock() async throws {
    try room.save()
    let wall = room.clock.wall
    #expect(await StoreChecks.clock(room.store, wall).run().level == .ok)
    room.clock.advance(-3_600)
    expect(await StoreChecks.clock(room.store, wall).run(), .warning, remedy: "set the clock")
  }

  @Test("a snapshot that is behind the database warns, one that is not there too") func snapshot() async throws {
    try room.save()
    let check = StoreChecks.snapshot(room.store, room.clock.wall)
    expect(await check.run(), .warning, remedy: "fieldos up")
    try room.projector().projectOnce()
    room.clock.advance(60)
    #expect(await check.run().level == .ok)
    try room.deliver(.synced)
    room.clock.advance(60)
    expect(await check.run(), .warning, remedy: "fieldos up")
  }

  @Test(
    "figures of the pipeline that are a day old, or have no date, warn", arguments: ["2026-11-20T10:00:00Z", "soon"])
  func pipeline(date: String) async throws {
    try Data(#"{"last_updated":"\#(date)"}"#.utf8).write(to: room.file("pipeline_snapshot.json"))
    expect(
      await StoreChecks.pipeline(room.store, room.clock.wall).run(), .warning, remedy: "pipeline_snapshot.json")
  }

  @Test("a damaged database fails") func integrity() async throws {
    #expect(await StoreChecks.integrity(room.store).run().level == .ok)
    for _ in 0..<30 { try room.save(String(repeating: "words ", count: 8_000)) }
    try room.store.close()
    let file = try FileHandle(forUpdating: room.file("fieldos.sqlite"))
    let size = try file.seekToEnd()
    for page in stride(from: Int(size / 8_192 * 4_096), to: Int(size), by: 4_096) {
      try file.seek(toOffset: UInt64(page))
      try file.write(contentsOf: Data(repeating: 0xAB, count: 64))
    }
    try file.close()
    let again = try FieldStore.open(dataDirectory: room.folder.url)
    expect(await StoreChecks.integrity(again).run(), .failure, remedy: "fieldos restore")
  }

  @Test("notes that wait name the likeliest cause") func notesWaiting() async throws {
    for _ in 0..<4 { try room.save() }
    let check = BacklogChecks.notes(room.store, room.clock.wall)
    expect(await check.run(), .warning, remedy: "fieldos up")
    try room.deliver(.retrying, code: 401, error: "who are you")
    expect(await check.run(), .warning, remedy: "FIELDOS_CRM_API_KEY")
    try room.deliver(.retrying, code: nil, error: "connection refused")
    expect(await check.run(), .warning, remedy: "FIELDOS_CRM_ENDPOINT")
    try room.store.queues.pause(.delivery, by: "Mina")
    expect(await check.run(), .warning, remedy: "fieldos queue resume delivery")
    try room.store.queues.resume(.delivery, by: "Mina")
    for _ in 0..<4 { try room.deliver(.failed, code: 422, error: "no such stage") }
    expect(await check.run(), .warning, remedy: "fieldos crm dead")
  }

  @Test("recordings that wait name the likeliest cause") func recordingsWaiting() async throws {
    for _ in 0..<4 { try room.save() }
    let (store, wall) = (room.store, room.clock.wall)
    expect(await BacklogChecks.recordings(store, isEnabled: false, wall).run(), .warning, remedy: "--final-worker")
    expect(await BacklogChecks.recordings(store, isEnabled: true, wall).run(), .warning, remedy: "fieldos up")
    try store.signs.give(owner: "w")
    expect(await BacklogChecks.recordings(store, isEnabled: true, wall).run(), .warning, remedy: "smaller model")
    try store.queues.pause(.transcribe, by: "Mina")
    expect(
      await BacklogChecks.recordings(store, isEnabled: true, wall).run(), .warning,
      remedy: "fieldos queue resume transcribe")
  }

  @Test("a store that can't be written is not ready; a worker that is off is; one that is silent is not")
  func readiness() throws {
    func now(_ isEnabled: Bool) -> Readiness {
      Readiness(
        room.store, storeTrouble: Readiness.trouble(writing: room.store), workerEnabled: isEnabled,
        now: room.clock.now)
    }
    #expect(now(false).isReady && now(false).worker == .off)
    #expect(!now(true).isReady && now(true).worker == .silent)
    try room.store.signs.give(owner: "w")
    #expect(now(true).isReady && now(true).worker == .warm)
    try room.store.close()
    #expect(!now(false).isReady && now(false).storeTrouble != nil)
  }
}
