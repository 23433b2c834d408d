import Testing
import Transcription

@Suite("Waiting before a child is started again")
struct RestartPolicyTests {
  @Test("doubles with each quick death, up to the longest wait") func doubles() {
    var policy = RestartPolicy()
    let delays = (0..<9).map { _ in policy.delay(afterLiving: .seconds(1)) }
    #expect(delays.prefix(4) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)])
    #expect(delays.last == .seconds(30))
  }

  @Test("starts again at the first wait after a healthy life") func healthy() {
    var policy = RestartPolicy()
    for _ in 0..<5 { _ = policy.delay(afterLiving: .zero) }
    #expect(policy.delay(afterLiving: .seconds(60)) == .milliseconds(500))
    #expect(policy.delay(afterLiving: .seconds(59)) == .seconds(1))
  }
}
