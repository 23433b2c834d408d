/// How faster-whisper's short names map to repositories of the Hugging Face hub. Source: faster-whisper 1.2.1,
/// `utils.py`.
public enum HubNames {
  private static let repositories = [
    "tiny.en": "Systran/faster-whisper-tiny.en",
    "tiny": "Systran/faster-whisper-tiny",
    "base.en": "Systran/faster-whisper-base.en",
    "base": "Systran/faster-whisper-base",
    "small.en": "Systran/faster-whisper-small.en",
    "small": "Systran/faster-whisper-small",
    "medium.en": "Systran/faster-whisper-medium.en",
    "medium": "Systran/faster-whisper-medium",
    "large-v1": "Systran/faster-whisper-large-v1",
    "large-v2": "Systran/faster-whisper-large-v2",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large": "Systran/faster-whisper-large-v3",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
  ]

  /// The short names, sorted.
  public static let all = repositories.keys.sorted()

  /// - Returns: nil for a name that faster-whisper does not know.
  public static func repository(of name: String) -> String? { repositories[name] }

  /// The short names of a repository, the longest first: `large-v3-turbo` says more than `turbo`.
  static func names(of repository: String) -> [String] {
    all.filter { repositories[$0] == repository }.sorted { $0.count > $1.count }
  }
}
