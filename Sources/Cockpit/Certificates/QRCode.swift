/// A QR code (ISO/IEC 18004) of a short text: byte mode, level M, versions 1 to 10, so up to 213 bytes.
public struct QRCode: Sendable, Equatable {
  /// Modules a side.
  public let size: Int
  /// Dark modules, row by row.
  private let dark: [Bool]

  /// - Returns: nil for a text of more than 213 bytes.
  public init?(_ text: String) {
    guard let version = QRVersion.smallest(for: text.utf8.count) else { return nil }
    let words = QRWords.make(Array(text.utf8), version)
    let masked = (0..<8).map { QRMatrix(version, words: words, mask: $0) }
    guard let best = masked.min(by: { $0.penalty < $1.penalty }) else { return nil }
    size = best.size
    dark = best.dark
  }

  /// - Returns: false outside, where the code is light.
  public func isDark(_ row: Int, _ column: Int) -> Bool {
    (0..<size).contains(row) && (0..<size).contains(column) && dark[row * size + column]
  }

  /// Lines for a terminal, two rows of modules a line, with the light margin of 4 modules that readers need.
  /// - Parameter isColoured: dark on white by escape codes, whatever the terminal's colours; else light modules are
  ///   drawn, which is right on a dark ground.
  public func lines(isColoured: Bool) -> [String] {
    stride(from: -4, to: size + 4, by: 2).map { row in
      let glyphs = (-4..<size + 4).map { column -> String in
        let (upper, lower) = (isDark(row, column), isDark(row + 1, column))
        return isColoured ? Self.dark(upper, lower) : Self.dark(!upper, !lower)
      }
      return isColoured ? "\u{1B}[30;107m" + glyphs.joined() + "\u{1B}[0m" : glyphs.joined()
    }
  }

  private static func dark(_ upper: Bool, _ lower: Bool) -> String {
    switch (upper, lower) {
    case (true, true): "█"
    case (true, false): "▀"
    case (false, true): "▄"
    case (false, false): " "
    }
  }
}

/// What the standard's tables say of a version at level M.
struct QRVersion {
  let number: Int
  /// Error correction words a block.
  let correction: Int
  /// Data words of each block.
  let blocks: [Int]
  let alignment: [Int]

  var size: Int { 17 + 4 * number }
  var dataWords: Int { blocks.reduce(0, +) }
  /// Bits that tell the length.
  var lengthBits: Int { number < 10 ? 8 : 16 }

  static func smallest(for bytes: Int) -> QRVersion? {
    all.first { 4 + $0.lengthBits + 8 * bytes <= 8 * $0.dataWords }
  }

  private static let all = [
    QRVersion(number: 1, correction: 10, blocks: [16], alignment: []),
    QRVersion(number: 2, correction: 16, blocks: [28], alignment: [6, 18]),
    QRVersion(number: 3, correction: 26, blocks: [44], alignment: [6, 22]),
    QRVersion(number: 4, correction: 18, blocks: [32, 32], alignment: [6, 26]),
    QRVersion(number: 5, correction: 24, blocks: [43, 43], alignment: [6, 30]),
    QRVersion(number: 6, correction: 16, blocks: [27, 27, 27, 27], alignment: [6, 34]),
    QRVersion(number: 7, correction: 18, blocks: [31, 31, 31, 31], alignment: [6, 22, 38]),
    QRVersion(number: 8, correction: 22, blocks: [38, 38, 39, 39], alignment: [6, 24, 42]),
    QRVersion(number: 9, correction: 22, blocks: [36, 36, 36, 37, 37], alignment: [6, 26, 46]),
    QRVersion(number: 10, correction: 26, blocks: [43, 43, 43, 43, 44], alignment: [6, 28, 50]),
  ]
}
