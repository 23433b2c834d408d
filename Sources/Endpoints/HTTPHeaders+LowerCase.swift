import NIOHTTP1

extension HTTPHeaders {
  /// The values of a repeated header joined by ", ".
  var byLowerCaseName: [String: String] {
    Dictionary(map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $0 + ", " + $1 })
  }
}
