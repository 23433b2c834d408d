import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Jobs that were given up")
struct JobReviveTests {
  @Test("come back with all their attempts, once") func revive() throws {
    let fixture = try StoreFixture()
    let (clip, job) = try fixture.addClip()
    let claimed = try #require(try fixture.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(10)))
    try fixture.store.jobs.fail(claimed, owner: "w", error: "no audio", permanent: true)
    #expect(try fixture.store.jobs.revive(clipID: clip.id))
    let revived = try #require(try fixture.store.jobs.find(job.id))
    #expect(revived.state == .available && revived.attempts == 0 && revived.lastError == nil)
    #expect(try !fixture.store.jobs.revive(clipID: clip.id))
  }
}
