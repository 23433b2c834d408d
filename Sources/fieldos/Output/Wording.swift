import CRM
import Capture
import Cockpit
import Copilot
import Domain
import Endpoints
import Foundation
import ModelStore
import Operations
import Serving
import SpeechEngine
import SpeechServer
import Storage
import Transcription

/// The words for errors: what is wrong, where, and what to do, in one line.
enum Wording {
  static func line(for error: any Error) -> String {
    let text =
      switch error {
      case let error as UsageError: error.message
      case let error as MissingStore:
        "\(error.folder.path): no data folder here. Start in the folder that holds it, or set FIELDOS_DATA_DIR."
      case let error as UnwrittenOutput:
        "standard output: can't be written (\(error.reason)). Check where it goes; the work itself was done."
      case let error as MicrophoneError:
        "microphone \(error.device): can't be read (\(error.reason)). Choose another with --device."
      case let error as AudioError: error.message
      case let error as ModelError: error.message
      case let error as VoiceActivityError: error.message
      case let error as OptionError: "\(flag(error.option)): must be \(error.allowed)."
      case let error as ModelStoreError: words(error)
      case let error as CaptureError: words(error)
      case let error as StorageError: words(error)
      case let error as MockCRMError: words(error)
      case let error as OperationsError: words(error)
      case let error as CockpitError: words(error)
      case let error as TLSFault: words(error)
      case let error as CopilotError: words(error)
      case let error as GitError: "\(error.folder): \(error.reason). Name a git repository: --repo DIR"
      case let error as SpeechServerError: words(error)
      case let error as RemoteError: words(error)
      case let error as ChatError: "AI endpoint: it \(failure(error)). Check OPENAI_BASE_URL and OPENAI_API_KEY."
      default: "\(error)"
      }
    return plain(text)
  }

  /// File contents and names may be quoted: nothing of them may reach the terminal as a command.
  static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  /// `--max-new-tokens` for `maxNewTokens`.
  private static func flag(_ option: String) -> String {
    "--" + option.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
  }

  /// What was left out and why: nothing is dropped in silence.
  static func line(for span: SkippedSpan) -> String {
    let from = String(format: "%.2f", span.start)
    let to = String(format: "%.2f", span.end)
    return switch span.reason {
    case .noSpeech: "no speech from \(from) s to \(to) s, left out."
    case .voiceActivity: "no voice from \(from) s to \(to) s, left out by the speech detector."
    case .noText: "no words from \(from) s to \(to) s."
    case .hallucination: "made-up words in silence from \(from) s to \(to) s, left out."
    }
  }

  /// What an error of the recogniser means for its job: a recording that can't be read stays so.
  static func judge(_ error: any Error) -> JobFailure {
    if case AudioError.notFound(let url) = error {
      let remedy = "Bring the original again: fieldos ingest FILE"
      return JobFailure(reason: "\(url.path): the stored recording is gone. \(remedy)", isPermanent: true)
    }
    switch error as? CaptureError {
    case .gone, .purged, .altered: return JobFailure(reason: line(for: error), isPermanent: true)
    default: break
    }
    return JobFailure(reason: line(for: error), isPermanent: (error as? AudioError)?.isPermanent ?? false)
  }

  private static func words(_ error: CaptureError) -> String {
    switch error {
    case .missing(let path): "\(path): no such file. Check the path."
    case .isFolder(let path): "\(path): this is a folder. Name the recordings in it, for example \(path)/*.wav."
    case .notARegularFile(let path): "\(path): a device or pipe, not a recording. Name a file."
    case .empty(let path): "\(path): the file is empty. Record again, or copy it again from the recorder."
    case .tooLarge(let path, let limit):
      "\(path): larger than \(limit) bytes. Raise FIELDOS_UPLOAD_MAX_BYTES, or cut the recording."
    case .unreadable(let path, let reason): "\(path): can't be read (\(reason)). Check the permissions."
    case .changedWhileRead(let path): "\(path): changed while it was read. Wait until the recording is finished."
    case .gone(let path): "\(path): the stored recording is gone. Bring the original again: fieldos ingest FILE"
    case .purged(let path, _):
      "\(path): the stored recording was purged after its note was delivered. Bring the original again: fieldos ingest "
        + "--force FILE"
    case .altered(let path):
      "\(path): the stored recording is not what was taken in. Bring the original again: fieldos ingest FILE"
    case .damagedOnTheWay, .notAChunk, .notAsDeclared: "what came is not what was announced. Send it again."
    case .chunkTaken(let number): "chunk \(number): other bytes are kept under this number. Begin a new recording."
    case .recordingClosed: "the recording is finished. Begin a new one."
    case .recordingTooLong(let limit): "longer than \(limit) s. Raise FIELDOS_AUDIO_MAX_SECONDS, or begin a new one."
    case .chunksMissing(let numbers): "chunks \(numbers) are missing. Open the app that recorded them."
    case .nothingRecorded: "nothing was recorded. Begin again."
    }
  }

  private static func words(_ error: StorageError) -> String {
    let name = "Name another with FIELDOS_DATA_DIR."
    return switch error {
    case .dataFolderIsFile(let path): "\(path): a file is where the data folder should be. Move it away. \(name)"
    case .dataFolderUnwritable(let path, let reason):
      "\(path): can't be written (\(reason)). Check its owner and permissions. \(name)"
    case .diskFull(let path): "\(path): the disk is full. Make room; nothing that was saved is lost. \(name)"
    case .corrupt(let path, let reason):
      "\(path): the database can't be read (\(reason)). Look at the disk first; is it sound, restore a backup of the data folder. \(name)"
    case .newerSchema(let unknown):
      "the data folder was written by a newer FieldOS (\(unknown.joined(separator: ", "))). Update FieldOS. \(name)"
    case .settingRefused(let setting, let wanted, let found):
      "SQLite refused \(setting)=\(wanted) (it says \(found)): a power cut could lose notes. Use a local disk. \(name)"
    case .busy: "another process has held the database for over 5 s. Stop it, then try again."
    case .leaseLost: "another process took the work over. Nothing is lost."
    case .constraintFailed(let reason): "the store refused a row (\(reason)). Please report this."
    case .unreadableValue(let column): "the store holds an unreadable value in '\(column)'. Restore a backup. \(name)"
    case .sqlite(let path, let code, let message): "\(path): SQLite error \(code): \(message). Check the disk. \(name)"
    }
  }

  private static func words(_ error: MockCRMError) -> String {
    switch error {
    case .portTaken(let host, let port): "\(host):\(port) is taken by another program. Choose another: --port N"
    case .cannotListen(let host, let port, let reason):
      "can't listen on \(host):\(port) (\(reason)). Choose another --host."
    case .notRunning: "the mock CRM stopped before it was ready."
    }
  }
}
