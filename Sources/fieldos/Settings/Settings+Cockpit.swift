import Cockpit

extension Settings {
  /// What the cockpit needs; checked by the command that starts it.
  /// - Throws: ``UsageError`` that names the variable.
  func cockpit() throws -> CockpitConfiguration {
    var configuration = CockpitConfiguration(dataDirectory: dataDirectory)
    configuration.host =
      variables.text("FIELDOS_HOST") ?? variables.text("FIELDOS_STREAMLIT_ADDRESS") ?? configuration.host
    configuration.port =
      try variables.integer("FIELDOS_PORT", in: 0...65_535)
      ?? variables.integer("FIELDOS_STREAMLIT_PORT", in: 0...65_535) ?? configuration.port
    configuration.uploadMaxBytes = uploadMaxBytes
    configuration.audioMaxSeconds =
      try variables.integer("FIELDOS_AUDIO_MAX_SECONDS", in: 1...86_400) ?? configuration.audioMaxSeconds
    configuration.isQA = qaMode
    configuration.offersRecorder = try variables.flag("FIELDOS_ENABLE_NATIVE_AUDIO", default: true)
    configuration.flushesOffline = !(try variables.flag("FIELDOS_DISABLE_OFFLINE_FLUSH", default: false))
    return configuration
  }
}
