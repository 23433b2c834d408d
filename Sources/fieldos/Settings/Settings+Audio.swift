import Domain

extension Settings {
  /// What is kept how long; checked by the command that lets go of it.
  /// - Throws: ``UsageError`` that names the variable.
  func retention() throws -> Retention {
    Retention(
      audio: AudioRetention(hours: try variables.number("FIELDOS_AUDIO_TTL_HOURS", in: -1_000_000...1_000_000) ?? 24),
      archiveDays: try variables.number("FIELDOS_ARCHIVE_TTL_DAYS", in: 0...36_500) ?? 0)
  }
}
