import Domain
import Foundation
import GRDB

/// Reading columns as the values of the domain. STRICT tables and NOT NULL columns make the plain subscripts safe;
/// what the schema cannot promise is checked here.
extension Row {
  func id<Tag>(_ column: String) -> ID<Tag> {
    ID(rawValue: self[column])
  }

  func optionalID<Tag>(_ column: String) -> ID<Tag>? {
    let value: String? = self[column]
    return value.map { ID(rawValue: $0) }
  }

  func date(_ column: String) -> Date {
    Date(unixMilliseconds: self[column])
  }

  func optionalDate(_ column: String) -> Date? {
    let milliseconds: Int64? = self[column]
    return milliseconds.map(Date.init(unixMilliseconds:))
  }

  func state<State: RawRepresentable<String>>(_ column: String) throws -> State {
    guard let state = State(rawValue: self[column]) else {
      throw StorageError.unreadableValue(column: column)
    }
    return state
  }
}
