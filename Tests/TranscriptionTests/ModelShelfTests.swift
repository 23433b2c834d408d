import Foundation
import SpeechEngine
import Synchronization
import Testing
import Transcription

@Suite("The shelf of models")
struct ModelShelfTests {
  private func model(_ name: String, _ bytes: Int) -> RequestModel {
    RequestModel(name: name, folder: "/models/" + name, bytes: bytes)
  }

  @Test("a model is loaded once, and who was not asked for the longest makes room") func leastRecent() throws {
    let loads = Mutex<[String]>([])
    var shelf = ModelShelf(budget: 10) { model in
      loads.withLock { $0.append(model.name) }
      return model.name
    }
    for name in ["a", "b", "a"] {
      let engine = try shelf.take(model(name, 5)).engine
      #expect(engine == name)
    }
    #expect(shelf.names == ["b", "a"] && loads.withLock(\.self) == ["a", "b"])
    let taken = try shelf.take(model("c", 4))
    #expect(taken.isNew && taken.released == ["b"] && shelf.names == ["a", "c"])
    let all = try shelf.take(model("d", 10))
    let one = try shelf.take(model("a", 5))
    #expect(all.released == ["a", "c"] && one.released == ["d"])
  }

  @Test("the one that makes room is gone before the next is loaded") func within() throws {
    final class Weights {}
    weak var first: Weights?
    var shelf = ModelShelf(budget: 1) { model in
      if model.name == "b" { #expect(first == nil) }
      return Weights()
    }
    first = try shelf.take(model("a", 1)).engine
    #expect(first != nil)
    _ = try shelf.take(model("b", 1))
  }

  @Test("one that can't fit makes nobody leave, and one that can't be loaded is loaded anew next time") func refused()
    throws
  {
    let isBroken = Mutex(true)
    var shelf = ModelShelf(budget: 10) { model in
      if model.name == "b", isBroken.withLock(\.self) { throw ModelError.notFound(URL(filePath: model.folder)) }
      return model.name
    }
    _ = try shelf.take(model("a", 5))
    #expect(throws: RequestFailure.modelTooLarge) { _ = try shelf.take(model("large", 11)) }
    #expect(shelf.names == ["a"])
    #expect(throws: ModelError.self) { _ = try shelf.take(model("b", 5)) }
    isBroken.withLock { $0 = false }
    let loaded = try shelf.take(model("b", 5))
    #expect(loaded.isNew && shelf.names == ["a", "b"])
  }
}
