/// Which bytes of a file a request asks for (RFC 9110, 14.2): one range; several are answered with the whole.
enum ByteRange: Equatable {
  case whole
  case part(ClosedRange<Int>)
  case outside

  /// - Parameters:
  ///   - header: the value of Range, nil without one.
  ///   - size: of the file in bytes, more than 0.
  static func read(_ header: String?, size: Int) -> ByteRange {
    guard let header, header.hasPrefix("bytes="), size > 0 else { return .whole }
    let parts = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, !header.contains(",") else { return .whole }
    switch (number(parts[0]), number(parts[1])) {
    case (.some(let first), .some(let last)) where first <= last:
      return first < size ? .part(first...min(last, size - 1)) : .outside
    case (.some(let first), nil) where parts[1].isEmpty: return first < size ? .part(first...(size - 1)) : .outside
    case (nil, .some(let length)) where parts[0].isEmpty:
      return length > 0 ? .part(max(0, size - length)...(size - 1)) : .outside
    default: return .whole
    }
  }

  private static func number(_ text: Substring) -> Int? {
    text.allSatisfy { ("0"..."9").contains($0) } ? Int(text) : nil
  }
}
