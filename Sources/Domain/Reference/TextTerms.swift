public import Foundation

/// The words of a text as they are looked for: lower case, without accents, letters and figures only.
public enum TextTerms {
  /// The words in their order. `it's` is `its`, `$1,850` is `1850`.
  public static func words(_ text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    let bytes = text.utf8.allSatisfy { $0 < 0x80 } ? Array(text.utf8) : plain(text)
    for (place, byte) in bytes.enumerated() {
      switch byte {
      case 0x30...0x39, 0x61...0x7A, 0x80...: word.append(byte)
      case 0x41...0x5A: word.append(byte | 0x20)
      case UInt8(ascii: "'"): continue
      case UInt8(ascii: ",") where isFigure(bytes, place - 1) && isFigure(bytes, place + 3): continue
      default:
        if !word.isEmpty { words.append(word) }
        word.removeAll(keepingCapacity: true)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// Without accents; apostrophes as ASCII has them, and a space for what is neither letter nor figure: quotation marks,
  /// dashes, bullets.
  private static func plain(_ text: String) -> [UInt8] {
    let folded = text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
    return folded.unicodeScalars.reduce(into: []) { bytes, scalar in
      if scalar.isASCII {
        bytes.append(UInt8(scalar.value))
      } else if scalar == "’" || scalar == "ʼ" {
        bytes.append(UInt8(ascii: "'"))
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        bytes += String(scalar).utf8
      } else {
        bytes.append(UInt8(ascii: " "))
      }
    }
  }

  private static func isFigure(_ bytes: [UInt8], _ place: Int) -> Bool {
    bytes.indices.contains(place) && (0x30...0x39).contains(bytes[place])
  }

  /// A word without its ending as a number (FNV-1a, 32 bits). Two words have the same one by chance once in four thousand
  /// million times.
  public static func key(_ word: [UInt8]) -> UInt32 {
    WordStem.of(word).reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }

  public static func keys(_ text: String) -> [UInt32] { words(text).map(key) }
}

/// The words of a piece as numbers, field by field: what ranking reads instead of its text.
public struct ChunkTerms: Sendable, Equatable {
  public let names: ArraySlice<UInt32>
  public let title: ArraySlice<UInt32>
  public let tags: ArraySlice<UInt32>
  public let content: ArraySlice<UInt32>

  public init(_ chunk: ReferenceChunk) {
    names = TextTerms.keys(chunk.names)[...]
    title = TextTerms.keys(chunk.path.joined(separator: " ") + " " + chunk.title)[...]
    tags = TextTerms.keys((chunk.tags + chunk.valueProps + [chunk.discount ?? ""]).joined(separator: " "))[...]
    content = TextTerms.keys(chunk.content)[...]
  }

  /// Three lengths, then the numbers of all fields; little-endian.
  public var data: Data {
    var data = Data(capacity: 12 + 4 * (names.count + title.count + tags.count + content.count))
    for value in [UInt32(names.count), UInt32(title.count), UInt32(tags.count)] + names + title + tags + content {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  /// nil for bytes that are none.
  public init?(_ data: Data) {
    guard data.count >= 12, data.count % 4 == 0 else { return nil }
    let count = data.count / 4
    let values = [UInt32](unsafeUninitializedCapacity: count) { values, made in
      data.withUnsafeBytes { bytes in
        for place in 0..<count {
          values[place] = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self))
        }
      }
      made = count
    }
    let endOfNames = 3 + Int(values[0])
    let endOfTitle = endOfNames + Int(values[1])
    let endOfTags = endOfTitle + Int(values[2])
    guard endOfTags <= count else { return nil }
    names = values[3..<endOfNames]
    title = values[endOfNames..<endOfTitle]
    tags = values[endOfTitle..<endOfTags]
    content = values[endOfTags...]
  }
}
