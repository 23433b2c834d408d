import Endpoints

extension Wording {
  /// What is wrong with the settings of an AI endpoint, within a line.
  static func chat(_ error: ChatError) -> String {
    if case .invalidSettings(let reason) = error { return reason }
    return "the endpoint did not answer"
  }
}
