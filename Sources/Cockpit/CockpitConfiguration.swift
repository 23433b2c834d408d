public import Foundation

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

  public init(dataDirectory: URL) {
    self.dataDirectory = dataDirectory
  }
}
