import CRM
import Cockpit
import Domain
import Endpoints
import Foundation
import ModelStore
import SpeechEngine

/// What Settings in the cockpit tells of this installation. Keys are named, never shown.
extension Settings {
  func facts(_ cockpit: CockpitConfiguration) throws -> CockpitFacts {
    var facts = CockpitFacts()
    facts.engine = engineFacts
    let crm = try crm()
    facts.crm = [
      // A query may hold a secret.
      .init("Notes go to", crm.target.endpoint), .init("One attempt may take", "\(Self.short(crm.timeoutSeconds)) s"),
      .init("Attempts a minute", "\(crm.ratePerMinute) at most"),
      .init("Pushes are signed", crm.signer == nil ? "no" : "yes"),
    ]
    facts.retention = try retentionFacts(cockpit)
    facts.keys = [
      "FIELDOS_CRM_API_KEY", "FIELDOS_CRM_SIGNING_SECRET", "OPENAI_API_KEY", ServerChoice.keyVariable, "HF_TOKEN",
    ].map {
      .init($0, variables.text($0) == nil ? "not set" : "set")
    }
    facts.testCRM = { await CRMTest.run(crm) }
    return facts
  }

  private var engineFacts: [CockpitFacts.Fact] { serverFacts + ownEngineFacts }

  private var serverFacts: [CockpitFacts.Fact] {
    guard let servers = try? ServerChoice(self) else { return [] }
    return [
      .init("Speech servers", servers.names), .init("Their model", servers.model),
      .init("Without an answer", servers.local == nil ? "recordings wait" : "this machine hears them"),
    ]
  }

  private var ownEngineFacts: [CockpitFacts.Fact] {
    guard let choice = try? EngineChoice(self) else {
      return [.init("Model", "none that can be used; see 'fieldos doctor'")]
    }
    return [
      .init("Model", choice.model.name + (choice.model.isDemo ? ", for synthetic voices only" : "")),
      .init("Arithmetic", choice.computeType.rawValue), .init("Runs on", "this machine's processor"),
      .init("Beam", String(choice.options.beamSize)),
      .init("Language", choice.options.language ?? "found out by itself"),
    ]
  }

  private func retentionFacts(_ cockpit: CockpitConfiguration) throws -> [CockpitFacts.Fact] {
    let hours = try variables.number("FIELDOS_AUDIO_TTL_HOURS", in: -1_000_000...1_000_000) ?? 24
    return [
      .init("Audio of delivered notes", hours > 0 ? "\(Self.short(hours)) hours" : "for ever"),
      .init("Audio of other notes", "until they are delivered"), .init("Notes and transcripts", "for ever"),
      .init("Longest recording", Self.duration(cockpit.audioMaxSeconds)),
      .init("Largest recording", "\(cockpit.uploadMaxBytes / 1_048_576) MiB"),
      .init("Data folder", dataDirectory.path),
    ]
  }

  private static func duration(_ seconds: Int) -> String {
    let parts = [seconds / 60 > 0 ? "\(seconds / 60) min" : nil, seconds % 60 > 0 ? "\(seconds % 60) s" : nil]
    return parts.compactMap(\.self).joined(separator: " ")
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? String(Int(number)) : String(number)
  }
}

/// Asks the CRM's endpoint whether it is there, without sending a note.
enum CRMTest {
  /// What came of asking.
  struct Answer {
    /// HTTP status, nil where there was no answer.
    let status: Int?
    /// In one line, for people.
    let line: String
  }

  static func run(_ crm: CRMConfiguration) async -> String { await ask(crm).line }

  static func ask(_ crm: CRMConfiguration) async -> Answer {
    var limits = HTTPFetcher.Limits()
    limits.connect = .seconds(3)
    limits.idle = .seconds(5)
    let fetcher = HTTPFetcher(limits)
    var fetch = HTTPFetch(crm.endpoint)
    fetch.method = .head
    fetch.token = crm.apiKey
    fetch.staysOnHost = true
    let began = ContinuousClock.now
    let sent = "Sent HEAD to \(crm.target.endpoint)\(crm.apiKey == nil ? "" : " with our key"), no note."
    let answer: Answer
    do {
      let status = try await fetcher.fetch(fetch) { $0.status }
      let took = Int((ContinuousClock.now - began).inSeconds * 1000)
      answer = Answer(
        status: status, line: "\(sent) It answered \(status) after \(took) ms: \(meaning(status))")
    } catch {
      answer = Answer(status: nil, line: "\(sent) \(meaning(error))")
    }
    try? await fetcher.shutdown()
    return answer
  }

  private static func meaning(_ status: Int) -> String {
    switch status {
    case 401, 403: "the CRM does not accept our key."
    case 404: "something answers there, but knows no such address for HEAD. A delivered note is the proof."
    case 500...: "the CRM is there and has trouble."
    default: "the CRM is there. Whether it takes notes, only a delivered note shows."
    }
  }

  private static func meaning(_ error: any Error) -> String {
    switch error as? EndpointError {
    case .unreachable(let host, let reason)?: "No connection to \(host) (\(reason))."
    case .timedOut(let seconds)?: "No answer within \(Int(seconds)) s."
    case .connectionLost(let host, let reason)?: "The connection to \(host) broke (\(reason))."
    default: "That did not work."
    }
  }
}
