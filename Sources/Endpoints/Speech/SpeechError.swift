/// Why a speech server gave no transcript. Facts only; the words for people are the caller's.
public enum SpeechError: Error, Equatable, Sendable {
  /// The address is none, or the key can't be a header.
  case invalidSettings(reason: String)
  /// No connection, or one that broke.
  case noAnswer(reason: String)
  /// No whole answer in time.
  case tooSlow(seconds: Double)
  /// 401 or 403: the server does not accept the key.
  case keyRefused(status: Int)
  /// 429 or 503: the server asked to be left alone, for so many seconds where it said so.
  case busy(status: Int, seconds: Double?)
  /// Any other status below 500 that is not 2xx, with what the server said about it, shortened.
  case refused(status: Int, said: String)
  /// 500 and above.
  case failed(status: Int)
  /// An answer that is not what such servers answer, or that can't be true.
  case unusable(reason: String)

  /// It is about what was asked, not about how the server does.
  public var isAboutRequest: Bool {
    if case .refused(let status, _) = self { return status != 404 && status >= 400 }
    return false
  }

  /// The same question may have an answer later, without anybody's doing.
  public var isPassing: Bool {
    switch self {
    case .noAnswer, .tooSlow, .busy, .failed, .unusable: true
    case .invalidSettings, .keyRefused, .refused: false
    }
  }
}
