public import Foundation
public import Serving
public import Transcription

/// What the composition root decides about the server.
public struct SpeechServerConfiguration: Sendable {
  /// Address to listen on; default 127.0.0.1.
  public var host = "127.0.0.1"
  /// Port to listen on; default 8766, 0 lets the system choose.
  public var port = 8766
  /// Certificate and key to serve https with, nil for http.
  public var tls: TLSFiles?
  /// Most bytes of one upload's file; default 25 MiB, as at OpenAI.
  public var maxBytes = 26_214_400
  /// Uploads that may come in at a time; default 128.
  public var mostUploads = 128
  /// An answer that takes longer has its head sent, and then bytes that don't change it, this often; nil: never. Default 15 s.
  public var keepAlive: Duration? = .seconds(15)
  /// Names under which the server answers beside the loopback's and ``host``; default none.
  public var allowedHosts: [String] = []
  /// Where uploads lie while they are worked on.
  public var spoolFolder: URL
  /// Runs the engine.
  public var desk: RequestDesk
  /// The model of requests that name none, or one of OpenAI's.
  public var model: ServedModel
  /// The other models that are installed now; may read files. Default none.
  public var others: @Sendable () -> [ServedModel] = { [] }
  /// Bytes of weights that may be in memory at a time; default no limit.
  public var modelMemory = Int.max

  public init(spoolFolder: URL, desk: RequestDesk, model: ServedModel) {
    self.spoolFolder = spoolFolder
    self.desk = desk
    self.model = model
  }

  /// Names that OpenAI's clients call their models by: all mean ``model``.
  static let aliases = [
    "whisper-1", "gpt-transcribe", "gpt-4o-transcribe", "gpt-4o-mini-transcribe",
  ]
}

/// A model that the server has.
public struct ServedModel: Sendable, Equatable {
  public let model: RequestModel
  /// When it came.
  public let date: Date

  public init(_ model: RequestModel, date: Date) {
    self.model = model
    self.date = date
  }
}

/// Why the server does not run.
public enum SpeechServerError: Error, Equatable, Sendable {
  /// Another program listens there.
  case portTaken(host: String, port: Int)
  /// The address cannot be listened on.
  case cannotListen(host: String, port: Int, reason: String)
  /// Uploads can't be put down in this folder.
  case spool(path: String, reason: String)
  /// The engine can't work as it is set up.
  case engine(reason: String)
}
