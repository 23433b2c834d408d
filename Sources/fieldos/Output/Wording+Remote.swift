import Endpoints
import Transcription

extension Wording {
  static func words(_ error: RemoteError) -> String {
    let failures = error.failures.map { "\($0.server) \(words($0.error))" }
    let reasons = failures.isEmpty ? "none was asked" : failures.joined(separator: "; ")
    return "speech servers (\(ServerChoice.endpointVariable)): \(reasons). Look at them: fieldos doctor"
  }

  static func line(for event: RemoteEvent) -> String {
    let text =
      switch event {
      case .trouble(let server, let error): "\(server) \(words(error)); it is left out for a while."
      case .recovered(let server): "\(server) is back."
      case .hedged(let slow, let second): "\(slow) takes longer than usual; \(second) is asked, too."
      case .fellBack: "no speech server could be used; this machine hears the recording."
      }
    return plain("speech servers: " + text)
  }

  /// What a server did, as the rest of a line that its name begins.
  static func words(_ error: SpeechError) -> String {
    switch error {
    case .invalidSettings(let reason): "can't be asked (\(reason))"
    case .noAnswer(let reason): "gave no answer (\(reason))"
    case .tooSlow(let seconds): "gave no whole answer within \(Int(seconds.rounded(.up))) s"
    case .keyRefused(let status): "does not accept the key (\(status)): set \(ServerChoice.keyVariable)"
    case .busy(let status, _): "has too much to do (\(status))"
    case .refused(413, _): "takes no upload so large (413): lower \(ServerChoice.sizeVariable)"
    case .refused(404, let said):
      "knows no such model or address (404\(more(said))): set \(ServerChoice.modelVariable) or "
        + ServerChoice.endpointVariable
    case .refused(let status, let said): "refused it (\(status)\(more(said)))"
    case .failed(let status): "failed (\(status))"
    case .unusable(let reason): "gave an answer that can't be used (\(reason))"
    }
  }

  private static func more(_ said: String) -> String { said.isEmpty ? "" : ": \(said)" }
}
