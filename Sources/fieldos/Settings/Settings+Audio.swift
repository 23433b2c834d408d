import Domain

extension Settings {
  /// How long the audio of delivered notes is kept; checked by the command that purges.
  /// - Throws: ``UsageError`` that names the variable.
  func audioRetention() throws -> AudioRetention {
    AudioRetention(hours: try variables.number("FIELDOS_AUDIO_TTL_HOURS", in: -1_000_000...1_000_000) ?? 24)
  }
}
