import Copilot
import Endpoints

extension Wording {
  static func words(_ error: CopilotError) -> String {
    switch error {
    case .unreadable(let file): "\(file): can't be read. Check that it is a plain file and its permissions."
    case .tooLarge(let file, let limit): "\(file): larger than \(limit >> 20) MiB. Split it or make it smaller."
    case .damaged(let file, let line):
      "\(file)\(line.map { ", line \($0)" } ?? ""): not what such a file holds. Put it right, then build again."
    case .unwritable(let file, let reason): "\(file): can't be written (\(reason)). Check space and permissions."
    case .nothingToIndex(let folder):
      "\(folder): nothing to build an index from. Put company_wiki.md, sales_playbook.md, pricing.json or "
        + "crm_sample.csv there, or start with 'fieldos up --demo-data'."
    case .noStub(let file): "\(file): no stub there. Check FIELDOS_CHAT_INDEX_STUB_PATH."
    }
  }

  static func line(for notice: AnswerNotice) -> String {
    switch notice {
    case .staleSnapshot(let updated): "The pipeline snapshot is old: \(plain(updated)). Refresh it."
    case .otherService(let cited, let own): plain("The sources are about \(cited); the contact asked for \(own).")
    case .otherAccount(let account): plain("This is about another account (\(account)).")
    case .noDiscount: "No discount in these sources."
    case .noIndex: "No index yet. Run 'fieldos index build'."
    case .stubIndex: "The index is a stub. Run 'fieldos index build' for your own material."
    }
  }

  /// What an endpoint did, behind 'The AI endpoint'.
  static func failure(_ error: ChatError) -> String {
    switch error {
    case .invalidSettings(let reason): "is not set up right: \(reason)"
    case .noAnswer: "did not answer in time"
    case .keyRefused: "does not accept our key"
    case .busy: "asked us to wait (429)"
    case .refused(let status): "refused (\(status))"
    case .unusable: "broke off, or its answer could not be used"
    }
  }
}
