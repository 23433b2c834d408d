import Copilot
package import Domain
import Notes
import SpeechServer
package import Storage

/// What controllers work with.
package struct CockpitServices: Sendable {
  package let store: FieldStore
  package let configuration: CockpitConfiguration
  let templates: Templates
  let hub: LiveHub
  /// nil where no recording is heard while it is spoken.
  package let live: LiveDesk?
  /// The routes of `/v1`, nil where there are none.
  let speech: SpeechServices?
  /// What browsers keep to open the app without a network.
  let shell: ShellAssets
  let helperFiles: HelperFiles
  /// nil where it is switched off.
  let copilot: Copilot?
  let probe: StoreProbe
  package let clock: WallClock
  let access: Access

  package init(
    store: FieldStore, configuration: CockpitConfiguration, clock: WallClock = .system
  ) throws {
    self.store = store
    self.configuration = configuration
    self.clock = clock
    templates = try Templates(folder: CockpitResources.views)
    hub = LiveHub(store: store)
    live = configuration.live.map { [hub] in
      LiveDesk(
        $0, store: store, hub: hub, makesTranscripts: configuration.makesTranscripts,
        folder: configuration.dataDirectory)
    }
    speech = try configuration.speech.map { try SpeechServices(store: store, configuration: $0, clock: clock) }
    access = Access(store: store, configuration: configuration, clock: clock)
    shell = try ShellAssets(folder: CockpitResources.assets)
    helperFiles = HelperFiles(folder: configuration.dataDirectory)
    copilot = configuration.copilot.map { Copilot(store: store, configuration: $0, clock: clock) }
    probe = StoreProbe(store)
  }
}
