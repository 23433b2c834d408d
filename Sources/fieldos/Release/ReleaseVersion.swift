/// The tag of a release: Semantic Versioning 2.0.0 behind a `v`, with or without a pre-release and build metadata.
struct ReleaseVersion: Equatable {
  /// `v4.4.0-beta`
  let tag: String
  /// `4.4.0-beta`
  var number: String { String(tag.dropFirst()) }

  /// - Throws: ``UsageError`` for anything else.
  init(_ text: String) throws(UsageError) {
    let core = /v(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)/
    let identifier = /(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z\-][0-9a-zA-Z\-]*)/
    guard let match = text.prefixMatch(of: core) else { throw Self.refusal(text) }
    let rest = text[match.range.upperBound...]
    let parts = rest.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let (preRelease, build) = (parts[0], parts.count > 1 ? parts[1] : nil)
    let isPreRelease =
      preRelease.isEmpty
      || preRelease.hasPrefix("-")
        && Self.identifiers(preRelease.dropFirst()).allSatisfy { $0.wholeMatch(of: identifier) != nil }
    let isBuild =
      build.map { Self.identifiers($0).allSatisfy { $0.wholeMatch(of: /[0-9a-zA-Z\-]+/) != nil } } ?? true
    guard isPreRelease, isBuild else { throw Self.refusal(text) }
    tag = text
  }

  private static func identifiers(_ text: Substring) -> [Substring] {
    text.split(separator: ".", omittingEmptySubsequences: false)
  }

  private static func refusal(_ text: String) -> UsageError {
    UsageError("\(text): not a version. Name it after Semantic Versioning, such as v1.2.0 or v4.4.0-beta.")
  }
}
