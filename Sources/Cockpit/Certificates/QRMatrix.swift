/// The square of a QR code under one mask.
struct QRMatrix {
  let size: Int
  private(set) var dark: [Bool]
  /// Modules that are not the words'.
  private var isFixed: [Bool]

  init(_ version: QRVersion, words: [UInt8], mask: Int) {
    size = version.size
    dark = [Bool](repeating: false, count: size * size)
    isFixed = dark
    drawFinders()
    drawTiming()
    drawAlignment(version.alignment)
    drawFormat(mask)
    if version.number >= 7 { drawVersion(version.number) }
    drawWords(words, mask)
  }

  private mutating func set(_ row: Int, _ column: Int, _ isDark: Bool) {
    dark[row * size + column] = isDark
    isFixed[row * size + column] = true
  }

  private mutating func drawFinders() {
    for (top, left) in [(0, 0), (0, size - 7), (size - 7, 0)] {
      for row in -1...7 {
        for column in -1...7 where (0..<size).contains(top + row) && (0..<size).contains(left + column) {
          let distance = max(abs(row - 3), abs(column - 3))
          set(top + row, left + column, distance <= 3 && distance != 2)
        }
      }
    }
  }

  private mutating func drawTiming() {
    for index in 8..<size - 8 {
      set(6, index, index % 2 == 0)
      set(index, 6, index % 2 == 0)
    }
  }

  private mutating func drawAlignment(_ positions: [Int]) {
    guard let last = positions.last else { return }
    for row in positions {
      for column in positions where ![(6, 6), (6, last), (last, 6)].contains(where: { $0 == (row, column) }) {
        for down in -2...2 {
          for right in -2...2 { set(row + down, column + right, max(abs(down), abs(right)) != 1) }
        }
      }
    }
  }

  /// Level M and the mask, twice, with BCH(15, 5).
  private mutating func drawFormat(_ mask: Int) {
    let bits = (Self.remainder(mask, shift: 10, generator: 0x537) | mask << 10) ^ 0x5412
    func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
    for index in 0..<15 {
      let row = index < 6 ? index : index < 8 ? index + 1 : size - 15 + index
      set(row, 8, bit(index))
      let column = index < 8 ? size - 1 - index : index == 8 ? 7 : 14 - index
      set(8, column, bit(index))
    }
    set(size - 8, 8, true)
  }

  /// The version, twice, with BCH(18, 6).
  private mutating func drawVersion(_ number: Int) {
    let bits = Self.remainder(number, shift: 12, generator: 0x1f25) | number << 12
    for index in 0..<18 {
      let isDark = bits >> index & 1 == 1
      set(index / 3, size - 11 + index % 3, isDark)
      set(size - 11 + index % 3, index / 3, isDark)
    }
  }

  private static func remainder(_ value: Int, shift: Int, generator: Int) -> Int {
    (0..<shift).reduce(value) { rest, _ in rest << 1 ^ (rest >> (shift - 1)) * generator }
  }

  /// Two columns at a time from the right, upward and downward in turn, around what is fixed.
  private mutating func drawWords(_ words: [UInt8], _ mask: Int) {
    var index = 0
    for right in stride(from: size - 1, through: 1, by: -2) {
      let column = right <= 6 ? right - 1 : right
      let isUpward = (column + 1) & 2 == 0
      for step in 0..<size {
        let row = isUpward ? size - 1 - step : step
        for column in [column, column - 1] where !isFixed[row * size + column] {
          let isDark = index < words.count * 8 && words[index / 8] >> (7 - index % 8) & 1 == 1
          dark[row * size + column] = isDark != Self.inverts(mask, row, column)
          index += 1
        }
      }
    }
  }

  private static func inverts(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
    switch mask {
    case 0: (row + column) % 2 == 0
    case 1: row % 2 == 0
    case 2: column % 3 == 0
    case 3: (row + column) % 3 == 0
    case 4: (row / 2 + column / 3) % 2 == 0
    case 5: row * column % 2 + row * column % 3 == 0
    case 6: (row * column % 2 + row * column % 3) % 2 == 0
    default: ((row + column) % 2 + row * column % 3) % 2 == 0
    }
  }
}

/// How hard a code is to read, by the standard's four rules; the mask with the least is taken.
extension QRMatrix {
  var penalty: Int {
    let rows = (0..<size).map { row in Array(dark[row * size..<(row + 1) * size]) }
    let columns = (0..<size).map { column in (0..<size).map { dark[$0 * size + column] } }
    return (rows + columns).reduce(0) { $0 + Self.runs($1) + Self.finders($1) } + squares + balance
  }

  /// Five or more alike in a row.
  private static func runs(_ line: [Bool]) -> Int {
    var penalty = 0
    var length = 0
    for (index, isDark) in line.enumerated() {
      length = index > 0 && line[index - 1] == isDark ? length + 1 : 1
      if length == 5 { penalty += 3 } else if length > 5 { penalty += 1 }
    }
    return penalty
  }

  /// What looks like a finder: 1:1:3:1:1 with four light modules beside it.
  private static func finders(_ line: [Bool]) -> Int {
    let shape = [true, false, true, true, true, false, true]
    let light = [Bool](repeating: false, count: 4)
    let patterns = [light + shape, shape + light]
    return (0...line.count - 11).reduce(0) { penalty, start in
      patterns.contains(Array(line[start..<start + 11])) ? penalty + 40 : penalty
    }
  }

  private var squares: Int {
    var penalty = 0
    for row in 0..<size - 1 {
      for column in 0..<size - 1 {
        let at = row * size + column
        let corner = dark[at]
        if dark[at + 1] == corner, dark[at + size] == corner, dark[at + size + 1] == corner { penalty += 3 }
      }
    }
    return penalty
  }

  /// Far from half dark.
  private var balance: Int {
    let share = dark.count { $0 } * 100 / dark.count
    return abs(share - 50) / 5 * 10
  }
}
