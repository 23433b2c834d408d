/// What somebody calls a model of the hub: a short name such as `base`, or `organisation/repository`.
public struct ModelName: Sendable, Equatable {
  public let text: String
  /// `Systran/faster-whisper-base`.
  public let repository: String
  /// The folder that a pull makes: the short name, or `organisation--repository`.
  public let folder: String
  /// Every folder name under which a pull of the same repository may lie, ``folder`` first.
  let folders: [String]

  /// - Throws: ``ModelStoreError/unknownName(_:)`` for neither a known short name nor a well-formed repository.
  public init(_ text: String) throws(ModelStoreError) {
    self.text = text
    let joined = text.replacing("/", with: "--")
    if let known = HubNames.repository(of: text) {
      repository = known
      folder = text
    } else if Self.isRepository(text) {
      repository = text
      folder = joined
    } else {
      throw .unknownName(text)
    }
    let others = HubNames.names(of: repository) + [repository.replacing("/", with: "--")]
    folders = [folder] + others.filter { $0 != joined }
  }

  /// `organisation/name` of letters, digits, `-`, `_` and `.`, which is safe in paths and addresses.
  private static func isRepository(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && text.utf8.count <= 200 && parts.allSatisfy { isPlain($0) }
  }

  /// Whether a text can name one folder: nothing that leads elsewhere, nothing hidden.
  static func isPlain(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
    let digitsAndSigns = "0123456789-_.".unicodeScalars
    return !text.contains("..") && !text.contains("--")
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || digitsAndSigns.contains($0))
      }
  }
}
