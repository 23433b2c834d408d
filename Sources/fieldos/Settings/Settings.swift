import CRM
import Foundation
import Operations

/// Everything that flags, environment and `.env` decide, checked. The table of variables: `.env.example`.
struct Settings {
  var dataDirectory: URL
  /// nil: `base` where it is present, else the demo model.
  var model: String?
  var device: String
  /// Speech servers for final transcripts, apart by commas; nil: this machine's engine.
  var whisperEndpoint: String?
  var computeType: String
  var beamSize: Int
  var threads: Int
  var language: String?
  var workerEnabled: Bool
  var workerMock: Bool
  var qaMode: Bool
  var uploadMaxBytes: Int
  let hubCache: URL?
  let variables: Variables

  static func load() throws -> Settings { try Settings(try Variables.load()) }

  init(_ variables: Variables) throws {
    dataDirectory = URL(filePath: variables.text("FIELDOS_DATA_DIR") ?? "data", directoryHint: .isDirectory)
    model = variables.text("FIELDOS_WHISPER_MODEL")
    device = variables.text("FIELDOS_WHISPER_DEVICE") ?? "cpu"
    whisperEndpoint = variables.text("FIELDOS_WHISPER_ENDPOINT")
    computeType = variables.text("FIELDOS_WHISPER_COMPUTE_TYPE") ?? "int8"
    beamSize = try variables.integer("FIELDOS_WHISPER_BEAM_SIZE", in: 1...16) ?? 5
    threads = 0
    workerEnabled = try variables.flag("FIELDOS_FINAL_WORKER_ENABLED", default: false)
    workerMock = try variables.flag("FIELDOS_FINAL_WORKER_MOCK", default: false)
    qaMode = try variables.flag("FIELDOS_QA_MODE", default: false)
    uploadMaxBytes = try variables.integer("FIELDOS_UPLOAD_MAX_BYTES", in: 1...Int.max) ?? 52_428_800
    hubCache = Self.hubCache(variables)
    self.variables = variables
  }

  /// When the operations log is put aside, checked by the command that writes it.
  func opsLog() throws -> OpsLogLimits {
    OpsLogLimits(
      maxBytes: try variables.integer("FIELDOS_OPS_LOG_MAX_BYTES", in: 1_000...100_000_000) ?? 10_000_000,
      maxAge: (try variables.number("FIELDOS_OPS_LOG_MAX_DAYS", in: 1...3_650) ?? 30) * 86_400,
      keep: try variables.integer("FIELDOS_OPS_LOG_KEEP", in: 1...1_000) ?? 12)
  }

  /// Where notes go; checked by the commands that deliver, so that the others don't need it.
  /// - Throws: ``UsageError`` that names the variable.
  func crm() throws -> CRMConfiguration {
    do {
      return try CRMConfiguration(
        endpoint: variables.text("FIELDOS_CRM_ENDPOINT") ?? CRMConfiguration.defaultEndpoint,
        apiKey: variables.text("FIELDOS_CRM_API_KEY"),
        timeoutSeconds: try variables.number("FIELDOS_CRM_TIMEOUT", in: 0.05...600) ?? 5,
        maxAttempts: try variables.integer("FIELDOS_CRM_MAX_RETRIES", in: 1...1000),
        signingSecrets: variables.text("FIELDOS_CRM_SIGNING_SECRET"),
        ratePerMinute: try variables.integer("FIELDOS_CRM_RATE_PER_MINUTE", in: 1...60_000) ?? 300)
    } catch CRMConfigurationError.apiKeyNotHeaderSafe {
      throw UsageError("FIELDOS_CRM_API_KEY: holds characters that no HTTP header may carry. Copy it again.")
    } catch CRMConfigurationError.signingSecret(let number) {
      throw UsageError(Wording.signingSecret("FIELDOS_CRM_SIGNING_SECRET", .signingSecret(number: number)))
    } catch is CRMConfigurationError {
      throw UsageError(
        "FIELDOS_CRM_ENDPOINT: not an http or https address without a user name. Example: "
          + CRMConfiguration.defaultEndpoint)
    }
  }
}
