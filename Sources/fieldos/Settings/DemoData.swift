import Domain
import Foundation
import Operations
import Storage

/// The fictional company that ships with the program: customers, prices, playbooks and references.
enum DemoData {
  /// The day that the files are written for.
  private static let writtenFor = "2026-05-14"

  /// Copies what the data folder doesn't have, with every date moved so that the files are about today.
  /// - Returns: the names of the files that were copied.
  /// - Throws: ``UsageError`` where they did not ship, `StorageError` where the folder can't be written.
  @discardableResult
  static func copy(to folder: URL, now: Date = Date(), calendar: Calendar = .autoupdatingCurrent) throws -> [String] {
    guard let source = Resources.demoData,
      let names = try? FileManager.default.contentsOfDirectory(atPath: source.path)
    else { throw UsageError("the demo data did not ship with this program. Install FieldOS again.") }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try names.filter { $0 != "README.md" }.sorted().filter { name in
      let target = folder.appending(path: name)
      if FileManager.default.fileExists(atPath: target.path) { return false }
      let text = try String(contentsOf: source.appending(path: name), encoding: .utf8)
      let moved = name.hasSuffix(".md") ? text : shift(text, now: now, calendar)
      do {
        try Data(moved.utf8).write(to: target, options: .atomic)
      } catch {
        throw StorageError.dataFolderUnwritable(path: target.path, reason: error.localizedDescription)
      }
      return true
    }
  }

  /// Moves `2026-05-14` to today and every other day with it; a moment becomes now.
  private static func shift(_ text: String, now: Date, _ calendar: Calendar) -> String {
    guard let start = CalendarDay(writtenFor)?.start(calendar) else { return text }
    let days = Due(at: start, isAllDay: true).daysLate(on: now, calendar)
    return text.replacing(/(\d{4}-\d\d-\d\d)(T[0-9:]+Z)?/) { match in
      if match.output.2 != nil { return now.formatted(.iso8601) }
      guard let day = CalendarDay(String(match.output.1))?.start(calendar),
        let moved = calendar.date(byAdding: .day, value: days, to: day)
      else { return String(match.output.0) }
      return CalendarDay(of: moved, calendar).text
    }
  }
}
