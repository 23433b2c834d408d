import Cockpit
import Testing

@Suite("QR codes") struct QRCodeTests {
  private func rows(_ code: QRCode) -> [String] {
    (0..<code.size).map { row in String((0..<code.size).map { code.isDark(row, $0) ? "#" : "." }) }
  }

  @Test("a code's size grows with the text, and a text beyond version 10 has none")
  func sizes() {
    for (bytes, size) in [(1, 21), (14, 21), (15, 25), (62, 33), (122, 45), (123, 49), (180, 53), (181, 57), (213, 57)]
    {
      #expect(QRCode(String(repeating: "a", count: bytes))?.size == size, "\(bytes)")
    }
    #expect(QRCode(String(repeating: "a", count: 214)) == nil)
  }

  @Test("every line of a terminal's picture is as wide as the code and its margin") func lines() throws {
    let code = try #require(QRCode("https://192.168.1.20:8765"))
    let lines = code.lines(isColoured: false)
    #expect(lines.count == (code.size + 9) / 2)
    #expect(lines.allSatisfy { $0.count == code.size + 8 })
    #expect(lines.first?.allSatisfy { $0 == "█" } == true)
  }

  /// Read by zxing-cpp; `Tools/qr/check.py` has it read all sizes.
  private static let golden = """
    #######...##..#...#######
    #.....#..####.##..#.....#
    #.###.#.#.##..#.#.#.###.#
    #.###.#.#..##..##.#.###.#
    #.###.#.#.##.#....#.###.#
    #.....#.#....####.#.....#
    #######.#.#.#.#.#.#######
    ........####.#..#........
    #.#####.......###.#####..
    .##....#.#.##..........#.
    ....#.#.##.#...#.#.#.#.##
    ##..#...#####.##........#
    .#.#..#.####....###.#.###
    #.#.#..###..###....#.#.#.
    #....##.###..###.#.###.##
    #..#....##..##....###...#
    #.#..##..##.#.#.#####.#..
    ........##......#...##...
    #######....##...#.#.#.###
    #.....#.##.#..###...##...
    #.###.#.####...######.#.#
    #.###.#.###.#######.#####
    #.###.#.#.#..##.#....##.#
    #.....#..##.##.##.####..#
    #######.###.#.#..########
    """

  @Test("a small code is the one that a decoder read") func small() throws {
    let code = try #require(QRCode("https://a.lan:8765"))
    #expect(rows(code).joined(separator: "\n") == Self.golden)
  }

  @Test(
    "large codes, with versions and several blocks, are the ones that a decoder read",
    arguments: [
      (4, 0x40618a35cdd302aa as UInt64), (6, 0x3632bebf1652e145 as UInt64), (9, 0x2d73d76fb58e0557 as UInt64),
    ])
  func large(labels: Int, sum: UInt64) throws {
    let host = Array(repeating: String(repeating: "c", count: 19), count: labels).joined(separator: ".")
    let code = try #require(QRCode("https://\(host).lan:8765"))
    let text = rows(code).joined(separator: "\n")
    // FNV-1a.
    #expect(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } == sum)
  }
}
