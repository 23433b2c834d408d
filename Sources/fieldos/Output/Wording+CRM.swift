import CRM
import Domain
import Storage

/// The words for what the `fieldos crm` commands refuse or did.
extension Wording {
  /// - Parameter name: the setting that holds the secrets; their text is never repeated.
  static func signingSecret(_ name: String, _ error: CRMConfigurationError) -> String {
    var which = "a secret"
    if case .signingSecret(let number) = error { which = "secret \(number)" }
    return
      "\(name): \(which) is not whsec_ and base64 of 24 to 64 bytes. Make one: echo whsec_$(openssl rand -base64 32)"
  }

  static func retried(_ result: OutboxStore.Retry) -> String {
    switch result {
    case .queued(let entry): "note \(short(entry)) queued again."
    case .hurried(let entry): "note \(short(entry)) is tried now."
    case .offline(let entry): "note \(short(entry)): its rep works offline. End that first: fieldos crm offline off"
    case .refused(let entry):
      switch entry.state {
      case .synced: "note \(short(entry)): the CRM has it already (HTTP \(entry.responseCode ?? 0)). Nothing to do."
      case .superseded: "note \(short(entry)): a newer version took its place. Retry that one."
      default: "note \(short(entry)): it is being sent at this moment. See what comes of it: fieldos crm status"
      }
    }
  }

  static func keptOffline(_ count: Int) -> String {
    "\(count) note(s) stay here, for their reps work offline. End that first: fieldos crm offline off"
  }

  private static func short(_ entry: OutboxEntry) -> String { String(entry.id.rawValue.prefix(8)) }
}
