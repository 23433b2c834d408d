/// The models that are in memory, as many as a budget holds. Who was not asked for the longest makes room, before the next is
/// loaded.
public struct ModelShelf<Engine> {
  /// What asking for a model gave.
  public struct Taken {
    public let engine: Engine
    public let isNew: Bool
    /// Names of those that made room.
    public let released: [String]
  }

  private let budget: Int
  private let load: (RequestModel) throws -> Engine
  /// Who was asked for last is last.
  private var loaded: [(model: RequestModel, engine: Engine)] = []

  /// - Parameters:
  ///   - budget: bytes of weights that may be in memory at a time.
  ///   - load: reads a model.
  public init(budget: Int, load: @escaping (RequestModel) throws -> Engine) {
    self.budget = budget
    self.load = load
  }

  /// Names, who was asked for last is last.
  public var names: [String] { loaded.map(\.model.name) }

  /// - Throws: ``RequestFailure/modelTooLarge`` where it can't fit, and what loading throws.
  public mutating func take(_ model: RequestModel) throws -> Taken {
    if let place = loaded.firstIndex(where: { $0.model.folder == model.folder }) {
      let found = loaded.remove(at: place)
      loaded.append(found)
      return Taken(engine: found.engine, isNew: false, released: [])
    }
    guard model.bytes <= budget else { throw RequestFailure.modelTooLarge }
    var released: [String] = []
    while loaded.reduce(model.bytes, { $0 + $1.model.bytes }) > budget {
      released.append(loaded.removeFirst().model.name)
    }
    let engine = try load(model)
    loaded.append((model, engine))
    return Taken(engine: engine, isNew: true, released: released)
  }
}
