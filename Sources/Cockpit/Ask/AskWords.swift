import Copilot
import Endpoints

/// What the copilot's panel says.
enum AskWords {
  static let refusal = "Not in the references. Try other words, or ask about one account."
  static let noIndex =
    "There is no index yet. Run 'fieldos index build', or copy one with FIELDOS_CHAT_USE_STUB=true from "
    + "FIELDOS_CHAT_INDEX_STUB_PATH."

  /// How the answer came to be; the first line of all.
  static func mode(_ answer: CopilotAnswer) -> String {
    if let failure = answer.failure {
      return "The AI endpoint \(reason(failure)). Quoted from your references instead."
    }
    return switch answer.way {
    case .written(let model): "Written by \(model) from your references."
    case .canned: "An answer that was put ready for this question."
    case .brief: "Put together from your references by rules."
    case .refused, .noIndex, .quoted:
      "Word search in your own references. No AI endpoint is set, so answers are quoted, not written."
    }
  }

  static func reason(_ error: ChatError) -> String {
    switch error {
    case .noAnswer: "did not answer (timeout)"
    case .keyRefused: "does not accept our key"
    case .busy: "asked us to wait (429)"
    case .refused(let status): "refused (\(status))"
    case .unusable: "broke off"
    case .invalidSettings(let reason): "is not set up right (\(reason))"
    }
  }

  static func notice(_ notice: AnswerNotice) -> String {
    switch notice {
    case .staleSnapshot(let updated): "These figures are old. The pipeline snapshot is from \(updated). Refresh it."
    case .otherService(let cited, let own): "The sources are about \(cited). The contact asked for \(own)."
    case .otherAccount(let account): "This is about another account (\(account))."
    case .noDiscount: "No discount in these sources."
    case .noIndex: noIndex
    case .stubIndex: "The index is a stub. Run 'fieldos index build' for your own material."
    }
  }
}
