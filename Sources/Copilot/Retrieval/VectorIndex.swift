import Domain
import Foundation
import Storage
import Synchronization

/// The vectors of an index in memory, compared one by one: at 50,000 of them that is milliseconds.
final class VectorIndex: Sendable {
  /// Most vectors that are held; what is beyond is found by words alone.
  static let most = 50_000

  private struct Kept {
    let version: Int
    let model: String
    let width: Int
    let numbers: [Int64]
    let values: [Float]
  }

  private let store: FieldStore
  private let kept = Mutex<Kept?>(nil)

  init(store: FieldStore) { self.store = store }

  /// The chunks whose vectors point most the same way, the nearest first. None where the model has none.
  func nearest(_ vector: [Float], model: String, limit: Int) throws -> [(number: Int64, likeness: Float)] {
    guard let index = try index(model), index.width == vector.count else { return [] }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return [] }
    var found: [(number: Int64, likeness: Float)] = []
    index.values.withUnsafeBufferPointer { values in
      for (place, number) in index.numbers.enumerated() {
        var sum: Float = 0
        for column in 0..<index.width { sum += values[place * index.width + column] * vector[column] }
        found.append((number, sum / length))
      }
    }
    return found.sorted { $0.likeness > $1.likeness }.prefix(limit).map(\.self)
  }

  private func index(_ model: String) throws -> Kept? {
    guard let build = try store.references.build() else { return nil }
    if let known = kept.withLock({ $0 }), known.version == build.version, known.model == model { return known }
    let all = try store.references.vectors(model: model, limit: Self.most)
    guard let width = all.first?.vector.count, width > 0 else { return nil }
    var (numbers, values): ([Int64], [Float]) = ([], [])
    for (number, vector) in all where vector.count == width {
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0, length.isFinite else { continue }
      numbers.append(number)
      values += vector.map { $0 / length }
    }
    let made = Kept(version: build.version, model: model, width: width, numbers: numbers, values: values)
    kept.withLock { $0 = made }
    return made
  }
}
