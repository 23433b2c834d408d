/// The words that a QR code carries: the text, padding, and Reed-Solomon correction, interleaved by block.
enum QRWords {
  static func make(_ bytes: [UInt8], _ version: QRVersion) -> [UInt8] {
    let data = padded(bytes, version)
    var blocks: [[UInt8]] = []
    var start = 0
    for count in version.blocks {
      blocks.append(Array(data[start..<start + count]))
      start += count
    }
    let corrections = blocks.map { GaloisField.remainder(of: $0, degree: version.correction) }
    return interleaved(blocks) + interleaved(corrections)
  }

  private static func interleaved(_ blocks: [[UInt8]]) -> [UInt8] {
    (0..<(blocks.map(\.count).max() ?? 0)).flatMap { index in
      blocks.compactMap { index < $0.count ? $0[index] : nil }
    }
  }

  /// Mode, length, text, end, and the standard's two pad words in turn.
  private static func padded(_ bytes: [UInt8], _ version: QRVersion) -> [UInt8] {
    var bits: [Bool] = []
    func append(_ value: Int, _ count: Int) { for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) } }
    append(0b0100, 4)
    append(bytes.count, version.lengthBits)
    for byte in bytes { append(Int(byte), 8) }
    append(0, min(4, 8 * version.dataWords - bits.count))
    append(0, (8 - bits.count % 8) % 8)
    var words = stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
    for index in 0..<(version.dataWords - words.count) { words.append(index % 2 == 0 ? 0xec : 0x11) }
    return words
  }
}

/// Arithmetic in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1.
private enum GaloisField {
  private static let powers: [UInt8] = {
    var value = 1
    return (0..<255).map { _ in
      defer { value = value << 1 ^ (value & 0x80 == 0 ? 0 : 0x11d) }
      return UInt8(value)
    }
  }()

  private static let logarithms: [Int] = {
    var table = [Int](repeating: 0, count: 256)
    for (exponent, value) in powers.enumerated() { table[Int(value)] = exponent }
    return table
  }()

  private static func product(_ one: UInt8, _ other: UInt8) -> UInt8 {
    one == 0 || other == 0 ? 0 : powers[(logarithms[Int(one)] + logarithms[Int(other)]) % 255]
  }

  /// What division by the generator of this degree leaves: the correction words.
  static func remainder(of data: [UInt8], degree: Int) -> [UInt8] {
    let generator = generator(degree)
    var rest = [UInt8](repeating: 0, count: degree)
    for word in data {
      let factor = word ^ rest.removeFirst()
      rest.append(0)
      for index in rest.indices { rest[index] ^= product(generator[index], factor) }
    }
    return rest
  }

  /// (x − 2^0)(x − 2^1)…, without its first coefficient, which is 1.
  private static func generator(_ degree: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: degree)
    result[degree - 1] = 1
    for root in 0..<degree {
      for index in result.indices {
        result[index] = product(result[index], powers[root])
        if index + 1 < degree { result[index] ^= result[index + 1] }
      }
    }
    return result
  }
}
