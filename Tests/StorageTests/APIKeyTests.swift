import Domain
import Foundation
import Storage
import Testing

@Suite("Keys of programs")
struct APIKeyTests {
  let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  private func add(_ name: String, _ byte: UInt8, _ scopes: Set<APIScope> = [.transcribe]) throws -> APIKey {
    try fixture.store.apiKeys.add(name: name, hash: Data(repeating: byte, count: 32), hint: "fos_abcd", scopes: scopes)
  }

  @Test("a key is found by its hash with what it allows") func found() throws {
    let keys = fixture.store.apiKeys
    #expect(try !keys.areNeeded())
    let key = try add("app", 1, [.transcribe, .models])
    #expect(try keys.areNeeded())
    #expect(try keys.find(hash: Data(repeating: 1, count: 32)) == key)
    #expect(try keys.find(hash: Data(repeating: 2, count: 32)) == nil)
    #expect(key.scopes == [.transcribe, .models] && key.lastUsedAt == nil)
    try keys.noteUse(of: key.id)
    #expect(try keys.list().first?.lastUsedAt != nil)
  }

  @Test("a revoked key stays on the list, and keys stay needed") func revoked() throws {
    let keys = fixture.store.apiKeys
    let (first, second) = (try add("a", 1), try add("b", 2))
    #expect(try keys.revoke("zz") == [])
    #expect(try keys.revoke("").count == 2)
    #expect(try keys.list().allSatisfy { $0.revokedAt == nil })
    #expect(try keys.revoke(String(first.id.rawValue.prefix(12))).map(\.name) == ["a"])
    #expect(try keys.list().filter { $0.revokedAt != nil }.map(\.name) == ["a"])
    #expect(try keys.revoke(second.id.rawValue).count == 1 && keys.areNeeded())
  }

  @Test("a key's hash is whole and no other's") func constraints() throws {
    _ = try add("a", 1)
    #expect(throws: StorageError.self) { try add("b", 1) }
    #expect(throws: StorageError.self) {
      try fixture.store.apiKeys.add(name: "c", hash: Data([1]), hint: "", scopes: [.models])
    }
  }
}
