import Domain
import Foundation

/// Names of stored recordings. Made here, never taken from the file that came in.
enum ClipName {
  /// `clip_<unix seconds>_<8 hex>.<ext>`
  static func make(now: Date, originalName: String) -> String {
    let seconds = Int(now.timeIntervalSince1970)
    return "clip_\(seconds)_\(RandomHex.make(bytes: 4)).\(fileExtension(of: originalName))"
  }

  /// A name that is free in the folder: renaming onto it replaces nothing.
  static func unused(in folder: String, now: Date, originalName: String) -> String {
    while true {
      let name = make(now: now, originalName: originalName)
      if access("\(folder)/\(name)", F_OK) != 0 { return name }
    }
  }

  /// The original's extension in lower case where it is 1 to 5 letters or digits, else `bin`.
  static func fileExtension(of name: String) -> String {
    guard let dot = name.lastIndex(of: ".") else { return "bin" }
    let text = name[name.index(after: dot)...].lowercased()
    return (1...5).contains(text.count) && text.allSatisfy(isPlain) ? text : "bin"
  }

  /// Whether a name has the form of ``make(now:originalName:)``.
  static func isOurs(_ name: String) -> Bool {
    name.wholeMatch(of: /clip_[0-9]+_[0-9a-f]{8}\.[a-z0-9]{1,5}/) != nil
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
  }
}
