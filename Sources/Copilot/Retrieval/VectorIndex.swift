import Domain
import Foundation
import Storage
import Synchronization

/// The vectors of an index in memory, compared one by one: at 50,000 of them that is milliseconds.
final class VectorIndex: Sendable {
  /// Most vectors that are held, and most bytes of them; what is beyond is found by words alone.
  static let (most, mostBytes) = (50_000, 128 << 20)

  private struct Kept {
    let version: Int
    let model: String
    let width: Int
    var numbers: [Int64] = []
    /// Of length 1, one behind the other.
    var values: [Float] = []
  }

  private let kept = Mutex<Kept?>(nil)

  /// The chunks of a snapshot whose vectors point most the same way, the nearest first. None where the model has none.
  func nearest(
    _ vector: [Float], model: String, limit: Int, in search: ReferenceSearch
  ) throws -> [(number: Int64, likeness: Float)] {
    guard let index = try index(model, search), index.width == vector.count else { return [] }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return [] }
    var nearest = Nearest(limit: limit)
    index.values.withUnsafeBufferPointer { values in
      for (place, number) in index.numbers.enumerated() {
        var sum: Float = 0
        for column in 0..<index.width { sum += values[place * index.width + column] * vector[column] }
        nearest.take(number, sum / length)
      }
    }
    return nearest.all
  }

  /// Read by one question at a time: others that come meanwhile wait for it, and take what it read.
  private func index(_ model: String, _ search: ReferenceSearch) throws -> Kept? {
    guard let build = try search.build() else { return nil }
    return try kept.withLock { kept in
      if let known = kept, known.version == build.version, known.model == model { return known }
      kept = nil
      kept = try Self.read(build.version, model, search)
      return kept
    }
  }

  private static func read(_ version: Int, _ model: String, _ search: ReferenceSearch) throws -> Kept? {
    var made: Kept?
    try search.vectors(model: model, limit: most) { number, vector in
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0, length.isFinite else { return }
      var all = made.take() ?? Kept(version: version, model: model, width: vector.count)
      if vector.count == all.width, (all.values.count + all.width) * MemoryLayout<Float>.size <= mostBytes {
        all.numbers.append(number)
        for value in vector { all.values.append(value / length) }
      }
      made = all
    }
    return made
  }
}

/// The nearest so far, the nearest first.
private struct Nearest {
  let limit: Int
  private(set) var all: [(number: Int64, likeness: Float)] = []

  init(limit: Int) { self.limit = limit }

  mutating func take(_ number: Int64, _ likeness: Float) {
    if all.count >= limit, let last = all.last, likeness <= last.likeness { return }
    let place = all.firstIndex { $0.likeness < likeness } ?? all.count
    all.insert((number, likeness), at: place)
    if all.count > limit { all.removeLast() }
  }
}
