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
}
