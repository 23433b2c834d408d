import SpeechEngine
import Testing

@Suite("Threads under a control group's quota")
struct CPUQuotaTests {
  private func quota(_ membership: String, _ files: [String: String]) -> Double? {
    CPUQuota.cores(membership: membership, read: { files[$0] })
  }

  @Test(
    "version 2 grants quota by period, nothing else limits",
    arguments: [
      ("50000 100000\n", 0.5), ("250000 100000\n", 2.5), ("max 100000\n", nil), ("", nil), ("max", nil), ("1 0\n", nil),
      ("-1 100000\n", nil), ("100000\n", nil), ("99999999999999999999 100000\n", nil), ("9 9 9\n", nil),
    ] as [(String, Double?)])
  func version2(text: String, expected: Double?) {
    #expect(quota("0::/\n", ["cpu.max": text]) == expected)
  }

  @Test("the smallest quota on the way up counts") func ancestors() {
    let files = ["cpu.max": "max 100000\n", "a/cpu.max": "150000 100000\n", "a/b/cpu.max": "400000 100000\n"]
    #expect(quota("0::/a/b\n", files) == 1.5)
    #expect(quota("0::/a/b/c\n", files) == 1.5)
    #expect(quota("0::/other\n", files) == nil)
  }

  @Test("version 1 is read in the folder of its controllers") func version1() {
    let files = [
      "cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "cpu,cpuacct/docker/x/cpu.cfs_quota_us": "200000\n", "cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000\n",
      "cpuset/cpu.cfs_quota_us": "1\n", "cpuset/cpu.cfs_period_us": "100000\n",
    ]
    #expect(quota("5:cpuset:/\n4:cpu,cpuacct:/docker/x\n0::/\n", files) == 2)
    #expect(quota("4:cpu,cpuacct:/\n", files) == nil)
  }

  @Test("a container sees its own group at the root, whatever path it is told") func container() {
    let files = ["cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "100000\n", "cpu.max": "70000 100000\n"]
    #expect(quota("3:cpu:/docker/0123\n", files) == 1)
    #expect(quota("0::/../../kubepods/pod1\n", files) == 0.7)
  }

  @Test("odd lines are passed over", arguments: ["", "\n\n", "x", "0:", ":::::", "0::", "1:cpu", "one:two:three:four"])
  func oddLines(membership: String) {
    #expect(quota(membership, [:]) == nil)
  }

  @Test(
    "threads are whole cores, at least one, at most all",
    arguments: [(8, nil, 8), (8, 0.2, 1), (8, 1, 1), (8, 1.9, 1), (8, 2, 2), (8, 8, 8), (8, 1e300, 8), (0, nil, 1)]
      as [(Int, Double?, Int)])
  func threads(cores: Int, quota: Double?, expected: Int) {
    #expect(CPUQuota.threads(cores: cores, quota: quota) == expected)
  }
}
