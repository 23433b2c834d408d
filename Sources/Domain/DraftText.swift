public import Foundation

/// What becomes of a draft's words. Pure.
public enum DraftText {
  /// One page's typing within so many seconds is one version.
  public static let runSeconds = 30.0

  /// Puts words at the end, on a line of their own; empty ones change nothing.
  public static func appending(_ words: String, to text: String) -> String {
    let words = words.trimmingCharacters(in: .whitespacesAndNewlines)
    if words.isEmpty { return text }
    let kept = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return kept.isEmpty ? words : text + (text.hasSuffix("\n") ? "" : "\n") + words
  }

  /// What a save becomes where others have changed the draft since.
  ///
  /// Versions of the same page are its own: a reply may have been lost. Words that were heard meanwhile are put behind
  /// what was typed. Anything else is a conflict.
  /// - Parameters:
  ///   - base: the version that the typing began with, "" before the first.
  ///   - since: the current versions after it, oldest first.
  /// - Returns: nil for a conflict.
  public static func merged(_ text: String, base: String, since: [DraftVersion], editor: String) -> String? {
    var (merged, before) = (text, base)
    for version in since {
      if version.origin == .transcript, version.text.hasPrefix(before) {
        merged = appending(String(version.text.dropFirst(before.count)), to: merged)
      } else if editor.isEmpty || version.editor != editor {
        return nil
      }
      before = version.text
    }
    return merged
  }

  /// Whether a save goes on with a version instead of beginning the next.
  public static func goesOn(_ version: DraftVersion, origin: DraftOrigin, editor: String, at now: Date) -> Bool {
    let age = now.timeIntervalSince(version.createdAt)
    return version.origin == .typed && origin == .typed && !editor.isEmpty && version.editor == editor
      && (0..<runSeconds).contains(age)
  }
}
