public import Copilot
public import Domain
public import Foundation
public import Notes
public import Serving
public import SpeechServer
public import Transcription

/// What the composition root decides about the cockpit.
public struct CockpitConfiguration: Sendable {
  /// Address to listen on; default 127.0.0.1.
  public var host = "127.0.0.1"
  /// Port to listen on; default 8765, 0 lets the system choose.
  public var port = 8765
  /// The folder of the store, where inputs such as `playbooks.json` and `pipeline_snapshot.json` lie too.
  public var dataDirectory: URL
  /// Most bytes of one recording or upload; default 50 MiB.
  public var uploadMaxBytes = 52_428_800
  /// Longest recording in seconds; default 900.
  public var audioMaxSeconds = 900
  /// Pages are marked 'QA', and transcripts are the fixed ones.
  public var isQA = false
  /// Whether the page offers a recorder at all.
  public var offersRecorder = true
  /// Whether notes kept offline go out when the rep comes back online without a tap.
  public var flushesOffline = true
  /// Whether a final transcript is made here; pages say so where it is not.
  public var makesTranscripts = true
  /// Names under which the server answers beside the loopback's and ``host``; default none.
  public var allowedHosts: [String] = []
  /// Addresses of proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed; default none.
  public var trustedProxies: [String] = []
  /// Certificate and key to serve https with, nil for http.
  public var tls: TLSFiles?
  /// How long sign-ins last.
  public var sessions = SessionPolicy()
  /// What Settings tells of how this installation is configured.
  public var facts = CockpitFacts()
  /// What was last found wrong with this machine; the page Operations shows it.
  public var health = HealthBoard()
  /// What programs of other machines show to read `/metrics`; nil lets this machine's own only.
  public var metricsToken: String?
  /// What a password's hash costs.
  package var scrypt = ScryptCost.standard
  /// How long the sound in an uploaded file is; without a decoder nobody knows. May take seconds.
  public var audioLength: @Sendable (URL) -> AudioLength = { _ in .unknown }

  /// Who hears recordings while they are spoken; nil where nobody does, and the page says so.
  public var live: StreamSupervisor?
  /// Milliseconds of sound that the recorder sends at once while live words are shown, 100...1000; default 300.
  public var streamChunkMilliseconds = 300
  /// Who polishes notes; nil where nobody does, and the button is absent.
  public var polish: NotePolish?
  /// The transcription server that answers under `/v1`; nil: there is none.
  public var speech: SpeechServerConfiguration?
  /// How questions are answered; nil: there is no copilot.
  public var copilot: CopilotConfiguration?
  /// Where the copilot's index is written to; nil: into the data folder.
  public var indexCopy: URL?

  public init(dataDirectory: URL) {
    self.dataDirectory = dataDirectory
  }

  /// Whether others than this machine's user may reach it: then everybody signs in.
  var isPublic: Bool { !HostName.isLoopback(host.lowercased()) || !trustedProxies.isEmpty }
}

/// How this installation is configured, for people to read. Never holds a key.
public struct CockpitFacts: Sendable {
  public struct Fact: Sendable {
    public let label: String
    public let value: String

    public init(_ label: String, _ value: String) {
      self.label = label
      self.value = value
    }
  }

  /// Speech engine and model.
  public var engine: [Fact] = []
  /// Where notes go.
  public var crm: [Fact] = []
  /// What is kept how long.
  public var retention: [Fact] = []
  /// Names of keys, and 'set' or 'not set'.
  public var keys: [Fact] = []
  /// Sends the CRM's endpoint a harmless request and tells what came of it, in one line; nil where there is none.
  public var testCRM: (@Sendable () async -> String)?

  public init() {}
}
