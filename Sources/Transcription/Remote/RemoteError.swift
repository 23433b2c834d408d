public import Endpoints

/// Why no server gave a transcript.
public struct RemoteError: Error, Equatable, Sendable {
  public struct Failure: Equatable, Sendable {
    /// Its name, see `SpeechEndpoint.name`.
    public let server: String
    public let error: SpeechError

    public init(server: String, error: SpeechError) {
      self.server = server
      self.error = error
    }
  }

  /// The last failure of each server.
  public let failures: [Failure]

  public init(failures: [Failure]) { self.failures = failures }
}

/// What people should know of the speech servers.
public enum RemoteEvent: Sendable, Equatable {
  /// It is left out for a while.
  case trouble(server: String, SpeechError)
  case recovered(server: String)
  /// A second server is asked, for the first takes longer than it usually does.
  case hedged(slow: String, second: String)
  /// No server gave a transcript; this machine's own engine hears the recording.
  case fellBack(RemoteError)
}
