public import Foundation

/// Reads `ops_log.jsonl` as it is: lines of older releases lack fields, a line may be damaged, the last may be torn.
public enum OpsLogReader {
  /// Every whole line that can be read, in order; the others are passed over.
  public static func lines(of log: Data) -> [OpsLogLine] {
    let decoder = JSONDecoder()
    return log.split(separator: UInt8(ascii: "\n")).compactMap { try? decoder.decode(OpsLogLine.self, from: Data($0)) }
  }

  private struct Place: Decodable {
    let seq: Int64
  }

  /// The seq of the last line in `tail` that has one.
  static func lastSeq(in tail: Data) -> Int64? {
    let decoder = JSONDecoder()
    for line in tail.split(separator: UInt8(ascii: "\n")).reversed() {
      if let place = try? decoder.decode(Place.self, from: Data(line)) { return place.seq }
    }
    return nil
  }
}
