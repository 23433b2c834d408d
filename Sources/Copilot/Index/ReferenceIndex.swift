public import Domain
public import Foundation
public import Storage

/// Builds the copilot's index from the data folder, and keeps `reference_index.jsonl` as a copy of it.
public struct ReferenceIndex: Sendable {
  public enum Progress: Sendable, Equatable {
    case chunks(Int)
    case embedded(Int)
  }

  public struct Outcome: Sendable, Equatable {
    public let tally: ReferenceTally
    /// `none` where the index has words alone, `stub` where a stub was copied.
    public let model: String
    public let embedded: Int
    public let isStub: Bool
  }

  /// Gives the vectors of texts, in their order.
  public typealias Embedder = @Sendable ([String]) async throws -> [[Float]]

  /// How many texts are embedded at a time.
  private static let batch = 64

  private let store: FieldStore
  private let files: IndexFiles
  private let ownerID: ID<Owner>

  /// - Parameter file: `reference_index.jsonl` in the data folder by default.
  public init(store: FieldStore, file: URL? = nil, ownerID: ID<Owner>) {
    self.store = store
    files = IndexFiles(index: file ?? store.dataDirectory.appending(path: "reference_index.jsonl"))
    self.ownerID = ownerID
  }

  /// Builds the index: only what changed is written and embedded. Until it is done, searches see the one before.
  /// - Parameters:
  ///   - model: of the embedder.
  ///   - embed: nil: an index of words, with empty vectors.
  /// - Throws: ``CopilotError``, `StorageError`, or what `embed` throws: the words are searched then all the same.
  public func build(
    model: String, embed: Embedder?, onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Outcome {
    let tally = try replaceWords(model: embed == nil ? "none" : model) { onProgress(.chunks($0)) }
    var embedded = 0
    if let embed {
      // Vectors of a build that breaks off count, too.
      defer { try? store.references.tellOfVectors() }
      embedded = try await fill(model, embed) { onProgress(.embedded($0)) }
    }
    try export()
    return Outcome(tally: tally, model: embed == nil ? "none" : model, embedded: embedded, isStub: false)
  }

  private func replaceWords(model: String, onProgress: @escaping (Int) -> Void) throws -> ReferenceTally {
    try store.references.replace(ownerID: ownerID, model: model, onProgress: onProgress) { take in
      var isEmpty = true
      try Self.chunks(of: store) { chunk in
        isEmpty = false
        try take(chunk)
      }
      if isEmpty { throw CopilotError.nothingToIndex(folder: store.dataDirectory.path) }
    }
  }

  /// Everything that an index of the data folder is built from, one by one.
  package static func chunks(of store: FieldStore, _ take: (ReferenceChunk) throws -> Void) throws {
    var shelf = ReferenceShelf(folder: store.dataDirectory)
    try shelf.each(store, take)
  }

  private func fill(_ model: String, _ embed: Embedder, _ onProgress: (Int) -> Void) async throws -> Int {
    var (count, place): (Int, Int64) = (0, 0)
    while true {
      let batch = try store.references.unembedded(model: model, after: place, limit: Self.batch)
      guard let last = batch.last else { return count }
      let vectors = try await embed(batch.map(\.text))
      guard vectors.count == batch.count else { throw CopilotError.damaged(file: "embeddings", line: nil) }
      try store.references.setVectors(zip(batch, vectors).map { ($0.number, $1) }, model: model)
      place = last.number
      count += batch.count
      onProgress(count)
    }
  }

  /// Takes a stub for an index: a file in the shape of `reference_index.jsonl`, copied as it is.
  public func useStub(_ stub: URL) throws -> Outcome {
    guard let data = try TextFile.read(stub) else { throw CopilotError.noStub(file: stub.path) }
    let chunks = try IndexFiles.chunks(data, name: stub.lastPathComponent)
    let tally = try store.references.replace(ownerID: ownerID, model: "stub", chunks: chunks)
    guard let build = try store.references.build() else { throw CopilotError.noStub(file: stub.path) }
    try files.write(data, build)
    return Outcome(tally: tally, model: "stub", embedded: 0, isStub: true)
  }

  /// Writes the file anew from the index.
  public func export() throws {
    guard let build = try store.references.build() else { return }
    try files.write(build) { line in
      try store.references.each { try line(IndexLine(chunk: $0, vector: $1)) }
    }
  }

  /// Empties the index, and removes its files.
  /// - Returns: how many chunks there were.
  public func scrub() throws -> Int {
    let count = try store.references.scrub(ownerID: ownerID)
    try files.remove()
    return count
  }
}
